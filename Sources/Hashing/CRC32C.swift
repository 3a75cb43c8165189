/// Castagnoli's CRC-32, as TFRecord files use it.
package enum CRC32C {
    private static let table = CRCTable(polynomial: 0x82F6_3B78)

    /// The checksum of `bytes`.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        table.checksum(bytes)
    }

    /// The checksum rotated and shifted, so that a checksum of checksums stays a good one.
    package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let crc = checksum(bytes)
        return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
    }
}
