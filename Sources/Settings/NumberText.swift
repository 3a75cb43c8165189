/// Numbers as files and options write them, read in one way everywhere: decimal digits, perhaps a
/// sign, a point and an exponent.
///
/// What other languages take for something else is no number here: `0x10`, `1_000`, `010` (octal in
/// YAML 1.1), `nan`, `inf`; nor is what a `Double` cannot hold, such as `1e400` and `1e-400`.
public enum NumberText {
    /// The number that `text` writes; nil where it writes none. There is no negative zero.
    public static func number(_ text: String) -> Double? {
        guard isDecimal(text.utf8), let value = Double(text), value.isFinite else { return nil }
        if value != 0 { return value }
        let digits = text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        return digits.contains { (0x31...0x39).contains($0) } ? nil : 0
    }

    /// The whole number that `text` writes: `300`, and also `3e2` and `300.0`, as YAML does; by its
    /// digits, since beyond 2^53 a `Double` no longer holds every whole number. Nil for others, and
    /// for those that an `Int` cannot hold.
    public static func wholeNumber(_ text: String) -> Int? {
        guard isDecimal(text.utf8) else { return nil }
        if let value = Int(text) { return value }
        let parts = text.lowercased().split(separator: "e")
        let sides = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = sides.count > 1 ? sides[1] : ""
        var digits = sides[0] + fraction
        let zeros = digits.reversed().prefix { $0 == "0" }.count
        digits.removeLast(zeros)
        guard digits.last?.isNumber == true else { return 0 }
        guard let exponent = parts.count > 1 ? Int(parts[1]) : 0, exponent.magnitude < 1 << 32
        else { return nil }
        let scale = exponent - fraction.count + zeros
        // Nothing but a zero has more behind its last digit.
        guard (0...18).contains(scale) else { return nil }
        return Int(digits + String(repeating: "0", count: scale))
    }

    /// Whether `text` writes a number above every `Int`.
    static func isBeyondWholeNumbers(_ text: String) -> Bool {
        number(text).map { $0 >= 0x1p63 } ?? false
    }

    /// `[+-] digits [. digits] [e [+-] digits]`, without a needless zero in front.
    private static func isDecimal(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        func digits() -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        func skip(_ characters: String) -> Bool {
            guard let first = rest.first, characters.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip("+-")
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        if startsWithZero, whole > 1 { return false }
        let fraction = skip(".") ? digits() : 0
        guard whole + fraction > 0 else { return false }
        if skip("eE") {
            _ = skip("+-")
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
