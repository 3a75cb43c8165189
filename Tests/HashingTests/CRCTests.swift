import Hashing
import Testing

/// Checksums of "123456789", the check value of Williams' catalogue of parametrised CRC algorithms, and of
/// nothing.
@Suite struct CRCTests {
    private static let digits = "123456789".utf8

    @Test func checksumsAreThoseOfTheCatalogue() {
        #expect(CRC32.checksum(Self.digits) == 0xCBF4_3926)
        #expect(CRC32C.checksum(Self.digits) == 0xE306_9283)
        #expect(CRC32.checksum([]) == 0 && CRC32C.checksum([]) == 0)
    }
}
