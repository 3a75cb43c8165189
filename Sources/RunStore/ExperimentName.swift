internal import Foundation

/// The one rule for names of experiments. They become parts of file names, so it holds for names in
/// files and options as well as for names that a store brings along.
public enum ExperimentName {
    /// Longest name, in bytes of UTF-8: a file name has 255, and reports' figures add to it.
    public static let mostBytes = 100

    /// What the rule asks for.
    public static let expectation =
        "letters, digits, '-', '_' and '.', at most \(mostBytes) bytes, no '-' or '.' in front"

    /// Whether `name` keeps the rule.
    public static func isValid(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first != "-", first != ".",
            name.utf8.count <= mostBytes
        else { return false }
        // Two spellings of one text would be two names and, on some systems, one file.
        return name.unicodeScalars.allSatisfy(allowed.contains)
            && name.unicodeScalars.elementsEqual(
                name.precomposedStringWithCanonicalMapping.unicodeScalars)
    }

    private static let allowed = CharacterSet.alphanumerics.union(
        CharacterSet(charactersIn: "-_."))
}
