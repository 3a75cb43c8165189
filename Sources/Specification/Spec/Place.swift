/// Where in the user's input something was written.
public enum Place: Sendable, Hashable, CustomStringConvertible {
    /// A line and a column of an experiment file, counted from 1.
    case file(path: String, line: Int, column: Int)
    /// A command-line option such as `--set epochs=5`.
    case option(String)

    /// "experiments/demo.yaml:7:3", or the option.
    public var description: String {
        switch self {
        case .file(let path, let line, let column): "\(path):\(line):\(column)"
        case .option(let text): text.count > 80 ? text.prefix(80) + "…" : text
        }
    }
}

/// A value as the user wrote it, and where.
struct Written: Sendable, Hashable {
    var text: String
    var at: Place
}
