import Hashing

extension Seal {
    /// A `tEXt` chunk of a PNG file: keyword, a zero, text.
    package static func textChunk(_ text: String) -> [UInt8] {
        let payload = Array("tEXt\(text)".utf8)
        return PNGSeal.bigEndian(UInt32(payload.count - 4)) + payload
            + PNGSeal.bigEndian(CRC32.checksum(payload))
    }

    /// A PNG with a seal as the last chunk before its end; anything else is returned as it is.
    public static func sealed(png bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: PNGSeal.signature), bytes.count > PNGSeal.endBytes else {
            return bytes
        }
        let body = bytes.dropLast(PNGSeal.endBytes)
        return body + PNGSeal.chunk(digest: PNGSeal.digest(bytes)) + bytes.suffix(PNGSeal.endBytes)
    }
}

/// The seal of a PNG file: a `tEXt` chunk with the keyword `Lightbox`.
enum PNGSeal {
    static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    /// Bytes of the chunk `IEND`.
    static let endBytes = 12

    private static let text = Array("tEXtLightbox\0sha256 ".utf8)
    /// Length, text, digest, checksum.
    private static let chunkBytes = 4 + text.count + 64 + 4

    static func digest(_ bytes: [UInt8]) -> String {
        var sum = SHA256()
        sum.update(bytes)
        return sum.digest()
    }

    static func chunk(digest: String) -> [UInt8] {
        let payload = text + Array(digest.utf8)
        return bigEndian(UInt32(payload.count - 4)) + payload + bigEndian(CRC32.checksum(payload))
    }

    static func state(of bytes: [UInt8]) -> Seal.State {
        let start = bytes.count - endBytes - chunkBytes
        guard start >= signature.count,
            bytes[(start + 4)...].starts(with: text)
        else { return .foreign }
        let plain = Array(bytes[..<start] + bytes.suffix(endBytes))
        let expected = chunk(digest: digest(plain))
        return Array(bytes[start..<(start + chunkBytes)]) == expected ? .made : .edited
    }

    static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
