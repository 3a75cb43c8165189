/// Why a program's cell cannot be trained or kept; each case is one sentence.
public enum ProgramError: Error, Equatable, CustomStringConvertible {
    /// Code that cannot be read.
    case code(path: String, reason: String)
    /// Code that is not the cell's any more.
    case changed(code: [String])
    /// A run of a store whose program is not at hand.
    case unknown(command: [String])
    /// The program cannot be started.
    case notStarted(command: String, reason: String)
    /// An earlier program of the run still works in its folder.
    case busy(folder: String)
    /// Its working folder cannot be written any more.
    case folder(path: String, reason: String)
    /// It ended without having done its work.
    case ended(how: String)
    /// It gave no sign of life.
    case silent(seconds: Double)
    /// A line of its report that is not what the protocol says; `line` counts from 1.
    case report(line: Int, reason: String)
    /// A report as a whole.
    case badReport(reason: String)
    /// A figure that is no number.
    case notFinite(name: String, value: String, epoch: Int)
    /// A prediction that is missing or wrong.
    case prediction(image: String, reason: String)
    /// Nothing that could be evaluated.
    case nothing(reason: String)

    /// What, where, found and expected.
    public var description: String {
        switch self {
        case .code(let path, let reason): "the program's code '\(path)' cannot be used: \(reason)"
        case .changed(let code):
            "the program's code (\(code.joined(separator: ", "))) has changed since the sweep "
                + "began; sweep again, and it is trained as new cells"
        case .unknown(let command):
            "the run was trained by '\(command.joined(separator: " "))', whose code is not at hand"
        case .notStarted(let command, let reason):
            "the program '\(command)' cannot be started: \(reason)"
        case .busy(let folder):
            "an earlier program of this run, or what it started, still works in \(folder); end it, "
                + "then sweep again with --retry-failed"
        case .folder(let path, let reason): "cannot write to the folder \(path): \(reason)"
        case .ended(let how): "the program \(how)"
        case .silent(let seconds):
            "the program gave no sign of life for \(seconds.formatted()) s (trainer: silence)"
        case .report(let line, let reason): "line \(line) of the program's report \(reason)"
        case .badReport(let reason): "the program's report \(reason)"
        case .notFinite(let name, let value, let epoch):
            "\(name) is \(value) at epoch \(epoch), by the program's report"
        case .prediction(let image, let reason):
            "the program's prediction of image '\(image)' \(reason)"
        case .nothing(let reason): reason
        }
    }
}

extension Double {
    fileprivate func formatted() -> String { Int(exactly: self).map(String.init) ?? String(self) }
}
