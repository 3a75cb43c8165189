/// What a checksum of 32 bits is computed with, a byte at a time, lowest bit first.
struct CRCTable: Sendable {
    private let entries: [UInt32]

    /// - Parameter polynomial: with its bits turned round.
    init(polynomial: UInt32) {
        entries = (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { value, _ in
                value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
            }
        }
    }

    func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { crc, byte in
            crc >> 8 ^ entries[Int((crc ^ UInt32(byte)) & 0xFF)]
        }
    }
}
