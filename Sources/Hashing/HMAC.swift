/// Keyed digests: HMAC with SHA-256 (RFC 2104).
public enum HMAC {
    /// The digest of a message under a key: 64 lower-case hexadecimal digits.
    public static func hex(of message: [UInt8], key: [UInt8]) -> String {
        let block = 64
        var padded = key.count > block ? bytes(ofHex: SHA256.hex(of: key)) ?? [] : key
        padded += [UInt8](repeating: 0, count: block - padded.count)
        let inner = SHA256.hex(of: padded.map { $0 ^ 0x36 } + message)
        return SHA256.hex(of: padded.map { $0 ^ 0x5C } + (bytes(ofHex: inner) ?? []))
    }

    /// The bytes that hexadecimal digits stand for; nil where they are none.
    public static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[place], let low = digits[place + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
