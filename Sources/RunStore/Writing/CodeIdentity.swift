internal import GRDB

/// The code that a program was built from, as far as it decides what runs measure.
public struct CodeIdentity: Sendable, Hashable, Codable {
    /// SHA-256 over the sources of engine, networks, losses, metrics, data and procedures, 64
    /// hexadecimal digits.
    public var digest: String
    /// Commit that was checked out; nil where the program was built outside a repository.
    public var commit: String?
    /// Whether the sources differed from that commit; nil without one.
    public var isDirty: Bool?

    /// The code of these sources.
    public init(digest: String, commit: String? = nil, isDirty: Bool? = nil) {
        self.digest = digest
        self.commit = commit
        self.isDirty = isDirty
    }

    /// The code as people read it: the start of its digest, then that of its commit, with `+` where
    /// the sources were changed after it: `3f2a9c1b04 (commit 5d05b7ac3f+)`.
    public var short: String {
        let commit = commit.map { " (commit \($0.prefix(10))\(isDirty == true ? "+" : ""))" } ?? ""
        return digest.prefix(10) + commit
    }
}

extension CodeIdentity {
    /// The columns `code`, `code_commit` and `code_dirty` of a row; nil when there is no digest.
    init?(_ row: StoreRow) throws {
        guard let digest: String = try row["code"] else { return nil }
        self.init(
            digest: digest, commit: try row["code_commit"], isDirty: try row["code_dirty"])
    }
}
