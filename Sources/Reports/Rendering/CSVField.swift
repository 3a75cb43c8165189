/// A field of a CSV file.
public enum CSVField {
    /// The field, in quotes where it must be (RFC 4180).
    ///
    /// By scalar: a quote or comma with a combining mark behind it is one character with it.
    public static func quoted(_ field: String) -> String {
        let scalars = field.unicodeScalars
        guard scalars.contains(where: { $0 == "," || $0 == "\"" || Character($0).isNewline }) else {
            return field
        }
        let parts = scalars.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"" + parts.map { String($0) }.joined(separator: "\"\"") + "\""
    }
}
