internal import GRDB

/// A file that belongs to a run.
public struct ArtifactRecord: Sendable, Hashable {
    /// What it is, such as `checkpoint-best`, `checkpoint-last`, `resume`, `overlay`.
    public var kind: String
    /// Where it is, relative to the store's folder.
    public var path: String
    /// Its size.
    public var bytes: Int64
    /// SHA-256 of its bytes, hexadecimal.
    public var digest: String

    /// An artifact.
    public init(kind: String, path: String, bytes: Int64, digest: String) {
        self.kind = kind
        self.path = path
        self.bytes = bytes
        self.digest = digest
    }
}

extension RunLease {
    /// Records a file of the run; one of the same path is replaced.
    public func record(_ artifact: ArtifactRecord) throws {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO artifact (run, kind, path, bytes, digest, created)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (run, path) DO UPDATE SET kind = excluded.kind,
                        bytes = excluded.bytes, digest = excluded.digest, created = excluded.created
                    """,
                arguments: [
                    run, artifact.kind, artifact.path, artifact.bytes, artifact.digest,
                    Timestamp.text(),
                ])
        }
    }
}
