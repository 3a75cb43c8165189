/// Why a file that the store names is not used, in one sentence.
public enum ArtifactError: Error, Equatable, CustomStringConvertible {
    /// The store holds a digest of a run that is none.
    case badDigest(run: RunID, found: String)
    /// The store names a place where no file of the run can lie.
    case misplaced(run: RunID, path: String, folder: String)
    /// There is no such file.
    case missing(run: RunID, path: String)
    /// What lies there is no regular file, or is reached through a link.
    case notAFile(run: RunID, path: String, found: String)
    /// The file has another size or other bytes than were recorded.
    case differs(run: RunID, path: String, what: String, found: String, expected: String)
    /// The system does not let the file be read.
    case unreadable(run: RunID, path: String, reason: String)
    /// A run's folder or a file in it cannot be made.
    case unwritable(path: String, reason: String)

    /// Whether the file is simply not there.
    public var isMissing: Bool {
        if case .missing = self { true } else { false }
    }

    /// What, where, found, expected.
    public var description: String {
        switch self {
        case .badDigest(let run, let found):
            "run \(run) has the digest '\(found)'; expected 64 hexadecimal digits"
        case .misplaced(let run, let path, let folder):
            "run \(run) names the file '\(path)'; expected one in its folder 'runs/\(folder)'"
        case .missing(let run, let path): "the file \(path) of run \(run) is gone"
        case .notAFile(let run, let path, let found):
            "\(path) of run \(run) is \(found); expected a regular file"
        case .differs(let run, let path, let what, let found, let expected):
            "\(path) is not the file that run \(run) wrote: its \(what) is \(found), "
                + "expected \(expected)"
        case .unreadable(let run, let path, let reason):
            "cannot read \(path) of run \(run): \(reason)"
        case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
        }
    }
}
