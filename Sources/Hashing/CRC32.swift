/// The CRC-32 of ISO 3309, as PNG files and W&B's logs use it.
package enum CRC32 {
    private static let table = CRCTable(polynomial: 0xEDB8_8320)

    /// The checksum of `bytes`.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        table.checksum(bytes)
    }
}
