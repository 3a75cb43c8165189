/// A setting that cannot be used.
public enum SettingError: Error, Equatable, CustomStringConvertible {
    /// The text `found` is no value that the field may hold.
    case badValue(field: String, found: String, expected: String)

    /// One sentence: field, found, expected.
    public var description: String {
        switch self {
        case .badValue(let field, let found, let expected):
            "'\(field)' is \(found.isEmpty ? "empty" : "'\(found)'"); expected \(expected)"
        }
    }
}
