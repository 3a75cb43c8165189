import Foundation

/// What is left of a name without what people write now so and now otherwise.
public enum NameKey {
    /// Two names with one key are probably one: they differ in capitals, blanks, invisible signs,
    /// forms of a letter, zeros before a number, or `.0` behind it only.
    public static func of(_ name: String) -> String {
        let plain = name.precomposedStringWithCompatibilityMapping.lowercased()
        var key = ""
        var zeros = ""
        var isInNumber = false
        for scalar in plain.unicodeScalars where !isUnseen(scalar) {
            let isDigit = ("0"..."9").contains(scalar)
            if scalar == "0", !isInNumber {
                zeros = "0"
                continue
            }
            if !isDigit { key += zeros }
            zeros = ""
            key.unicodeScalars.append(scalar)
            isInNumber = isDigit
        }
        return wholeNumber(key + zeros)
    }

    /// `17` of `17.0`, as tables write numbers of a column that has gaps.
    private static func wholeNumber(_ key: String) -> String {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
            parts[0].allSatisfy({ ("0"..."9").contains($0) }), parts[1].allSatisfy({ $0 == "0" })
        else { return key }
        return String(parts[0])
    }

    /// The names of `names` that have one key with another, together, in order.
    public static func similar(_ names: some Sequence<String>) -> [[String]] {
        Dictionary(grouping: Set(names), by: of).values.filter { $0.count > 1 }
            .map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format, .control, .spaceSeparator, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
