/// An experiment that cannot be read or makes no sense; each case is one sentence.
public enum SpecError: Error, Equatable, CustomStringConvertible {
    /// There is no file at `path`.
    case missingFile(path: String)
    /// The file at `path` cannot be read as text.
    case unreadable(path: String, reason: String)
    /// The text is no YAML.
    case syntax(at: Place, problem: String)
    /// A key that no experiment file has at that point; `section` is nil at the top level.
    case unknownKey(String, section: String?, at: Place, known: [String])
    /// A model, loss, data set, … that is in no registry.
    case unknownName(kind: String, String, at: Place, known: [String])
    /// A value that the key may not hold.
    case badValue(key: String, found: String, expected: String, at: Place)
    /// A required key that is absent.
    case missingKey(String, path: String)
    /// Every combination of the grid is excluded.
    case nothingToRun(path: String)

    /// What, where, found, expected, and the nearest valid name.
    public var description: String {
        switch self {
        case .missingFile(let path):
            "\(path): there is no such experiment file"
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .syntax(let place, let problem):
            "\(place): not valid YAML: \(problem)"
        case .unknownKey(let key, let section, let place, let known):
            "\(place): unknown key '\(key)'" + (section.map { " in '\($0)'" } ?? "")
                + NearestName.suffix(key, in: known)
        case .unknownName(let kind, let name, let place, let known):
            "\(place): unknown \(kind) '\(name)'" + NearestName.suffix(name, in: known)
        case .badValue(let key, let found, let expected, let place):
            "\(place): '\(key)' is \(found.isEmpty ? "empty" : "'\(found)'");"
                + " expected \(expected)"
        case .missingKey(let key, let path):
            "\(path): the key '\(key)' is missing"
        case .nothingToRun(let path):
            "\(path): 'exclude' drops every combination of the grid, so there is nothing to run"
        }
    }
}
