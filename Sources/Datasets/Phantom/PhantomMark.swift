import Files
import Foundation
import Hashing
import Imaging

/// What a drawn PNG says about itself, so that a copy of the images alone is known as drawn: a
/// `tEXt` chunk behind the header.
///
/// The digest of a marked file is that of the file without its mark: fingerprints of data sets drawn
/// before there was a mark stay what they were.
enum PhantomMark {
    private static let chunk = Seal.textChunk("Source\0lightbox data phantom: drawn, of no patient")
    private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47]
    /// Bytes of a PNG file up to the end of its header.
    private static let headBytes = 33

    /// A PNG with the mark; anything else is returned as it is.
    static func marked(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: signature), bytes.count > headBytes, !isIn(bytes) else {
            return bytes
        }
        return bytes.prefix(headBytes) + chunk + bytes.dropFirst(headBytes)
    }

    /// Whether a file has the mark.
    static func isIn(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: signature) && bytes.dropFirst(headBytes).starts(with: chunk)
    }

    /// The same for a file on the disk, of which only the beginning is read.
    static func isIn(_ file: URL) -> Bool {
        guard file.pathExtension.lowercased() == "png" else { return false }
        return isIn(ImageFile.head(of: file, count: headBytes + chunk.count) ?? [])
    }

    /// Whether a file on the disk has that digest.
    static func holds(_ digest: String?, _ file: URL) -> Bool {
        guard let digest, let bytes = try? ImageFile.bytes(of: file) else { return false }
        return self.digest(of: bytes) == digest
    }

    /// SHA-256 of a file without its mark.
    static func digest(of bytes: [UInt8]) -> String {
        guard isIn(bytes) else { return SHA256.hex(of: bytes) }
        var hash = SHA256()
        hash.update(Array(bytes.prefix(headBytes)))
        hash.update(Array(bytes.dropFirst(headBytes + chunk.count)))
        return hash.digest()
    }
}
