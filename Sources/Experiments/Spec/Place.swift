/// Where in the user's input something was written.
public enum Place: Sendable, Hashable, CustomStringConvertible {
    /// A line of an experiment file, counted from 1.
    case line(path: String, line: Int)
    /// A command-line option such as `--set epochs=5`.
    case option(String)

    /// "experiments/demo.yaml:7", or the option.
    public var description: String {
        switch self {
        case .line(let path, let line): "\(path):\(line)"
        case .option(let text): text
        }
    }
}
