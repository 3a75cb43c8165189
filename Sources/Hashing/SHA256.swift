public import Foundation

/// SHA-256 (FIPS 180-4), fed in pieces: content fingerprints of files, configurations, artifacts.
///
/// It guards against accidents, not attackers: nothing here is constant-time.
public struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    /// Starts an empty message.
    public init() {}

    /// Appends raw bytes to the message.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let missing = min(64 - pending.count, rest.count)
            pending.append(contentsOf: rest.prefix(missing))
            rest = rest.dropFirst(missing)
            guard pending.count == 64 else { return }
            pending.withUnsafeBytes { Self.compress($0, into: &state) }
            pending.removeAll(keepingCapacity: true)
        }
        let whole = rest.count & ~63
        Self.compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), into: &state)
        pending.append(contentsOf: rest.dropFirst(whole))
    }

    /// Appends bytes to the message.
    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Appends data to the message.
    public mutating func update(_ data: Data) { data.withUnsafeBytes { update($0) } }

    /// Appends the UTF-8 bytes of a text to the message.
    public mutating func update(_ text: String) { update(Array(text.utf8)) }

    /// The digest of what was fed so far: 64 lower-case hexadecimal digits.
    public func digest() -> String {
        var last = self
        let bits = length &* 8
        var tail: [UInt8] = [0x80]
        tail += [UInt8](repeating: 0, count: (119 - pending.count) % 64)
        tail += (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) }
        last.update(tail)
        let digits = Array("0123456789abcdef".utf8)
        var hex: [UInt8] = []
        for word in last.state {
            for shift in stride(from: 28, through: 0, by: -4) {
                hex.append(digits[Int(word >> UInt32(shift)) & 15])
            }
        }
        return String(decoding: hex, as: UTF8.self)
    }

    /// Digest of an array of bytes.
    public static func hex(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest()
    }

    /// Digest of some data.
    public static func hex(of data: Data) -> String {
        var hash = SHA256()
        hash.update(data)
        return hash.digest()
    }

    /// Digest of the UTF-8 bytes of a text.
    public static func hex(of text: String) -> String { hex(of: Array(text.utf8)) }
}
