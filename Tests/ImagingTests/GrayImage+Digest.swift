import Hashing
import Imaging

extension GrayImage {
    /// SHA-256 of the pixels as 16-bit little-endian numbers.
    var digest: String {
        SHA256.hex(of: pixels.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    }
}
