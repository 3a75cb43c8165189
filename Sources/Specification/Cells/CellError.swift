import Domain

/// A cell that cannot be what it says.
public enum CellError: Error, Equatable, CustomStringConvertible {
    /// A name that is in no registry; experiment files are checked before, so this is a program
    /// that builds cells by hand, or a store of another Lightbox.
    case unknown(kind: String, name: String, known: [String])
    /// A run of the store with a setting that this Lightbox does not take.
    case unusable(run: Int64, reason: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .unknown(let kind, let name, let known):
            "unknown \(kind) '\(name)'" + NearestName.suffix(name, in: known)
        case .unusable(let run, let reason): "run \(run): \(reason)"
        }
    }
}
