/// The digest of a run's configuration as text of a database, checked: 64 hexadecimal digits.
public struct RunDigest: Sendable, Hashable {
    /// The digits, in lower case.
    public let text: String

    /// The digest, unless `text` is none.
    public init?(_ text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy(Self.digits.contains) else { return nil }
        self.text = text
    }

    /// Name of the run's folder below `runs/`: the first 16 digits.
    var folder: String { String(text.prefix(16)) }

    static let digits = Set("0123456789abcdef".utf8)
}

/// Where a file of a run lies: `runs/FOLDER/FILE` below the folder of the store that wrote it, and
/// nowhere else. Text of a database becomes a path only through this type.
///
/// FOLDER is the run's own: the first 16 digits of its digest, with `-2`, `-3`, … where another
/// store had that folder first. FILE is one plain name. Before `runs` stands nothing for files
/// beside the store, or the way to the folder of another store whose runs were merged.
struct ArtifactPlace: Hashable {
    /// The way from this store's folder to the other's; nil for this store's own folder.
    let base: String?
    let folder: String
    let file: String

    /// The place that `path` names, unless it is none of the run with that digest.
    init?(_ path: String, of digest: RunDigest) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts[parts.count - 3] == "runs", !path.utf8.contains(0) else {
            return nil
        }
        let folder = parts[parts.count - 2], file = parts[parts.count - 1]
        guard RunFolder.Name(folder)?.digits == digest.folder, Self.isPlain(file) else {
            return nil
        }
        let before = parts.dropLast(3).joined(separator: "/")
        // "/runs/…" has one empty part before it: the root.
        base = parts.count == 3 ? nil : before.isEmpty ? "/" : before
        (self.folder, self.file) = (folder, file)
    }

    /// Whether `name` is one component of a path that names a visible file.
    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && name.utf8.count <= 255
            && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "/" }
    }
}
