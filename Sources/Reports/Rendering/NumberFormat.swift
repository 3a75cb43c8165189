internal import Foundation

/// How numbers are written, the same on every machine and locale.
enum NumberFormat {
    /// The typographic minus sign.
    static let minus = "\u{2212}"

    /// `value` with `decimals` digits after the point and an ASCII minus; "nan", "inf", "-inf" as such.
    static func plain(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let text = String(format: "%.\(decimals)f", value)
        let isZero = !text.contains { $0 != "-" && $0 != "0" && $0 != "." }
        return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
    }

    /// As `plain`, with the typographic minus.
    static func fixed(_ value: Double, decimals: Int) -> String {
        let text = plain(value, decimals: decimals)
        return text.hasPrefix("-") ? minus + text.dropFirst() : text
    }

    /// As `fixed`, always with a sign: `+0.012`, `−0.004`, `±0.000`.
    static func signed(_ value: Double, decimals: Int) -> String {
        let text = fixed(value, decimals: decimals)
        if text.hasPrefix(minus) { return text }
        return (text.contains { $0 != "0" && $0 != "." } ? "+" : "±") + text
    }

    /// The shortest text without trailing zeros: `100`, `12.5`.
    static func short(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// The shortest text that reads back as the same number, for CSV; empty for what is not finite.
    static func exact(_ value: Double) -> String {
        value.isFinite ? short(value) : ""
    }

    /// A p-value: `0.0120`, `< 0.0001`.
    static func pValue(_ value: Double, decimals: Int) -> String {
        var limit = 1.0
        for _ in 0..<decimals { limit /= 10 }
        return value < limit
            ? "< " + plain(limit, decimals: decimals) : plain(value, decimals: decimals)
    }

    /// Ascending identifiers as `1–3, 7`.
    static func ranges(_ values: [Int64]) -> String {
        var parts: [String] = []
        var index = values.startIndex
        while index < values.endIndex {
            var last = index
            while last + 1 < values.endIndex, values[last + 1] == values[last] + 1 { last += 1 }
            switch last - index {
            case 0: parts.append("\(values[index])")
            case 1: parts.append("\(values[index]), \(values[last])")
            default: parts.append("\(values[index])–\(values[last])")
            }
            index = last + 1
        }
        return parts.joined(separator: ", ")
    }
}
