internal import Files
public import Foundation
internal import GRDB
internal import Hashing

/// A file of a run at a place that was checked. Its bytes are handed out only when they are those
/// that were recorded.
public struct ArtifactFile: Sendable {
    /// Larger files are no weights of any network here.
    static let largest: Int64 = 1 << 32

    /// The run.
    public let run: RunID
    /// What the store says about the file.
    public let record: ArtifactRecord
    /// Where the file is.
    public let url: URL
    let place: ArtifactPlace
    private let parent: String

    /// The file that `record` names, seen from the store in `folder`.
    init(
        _ record: ArtifactRecord, run: RunID, digest: String, beside folder: URL
    ) throws(ArtifactError) {
        guard let checked = RunDigest(digest) else {
            throw .badDigest(run: run, found: digest)
        }
        guard let place = ArtifactPlace(record.path, of: checked) else {
            throw .misplaced(run: run, path: record.path, folder: checked.folder)
        }
        self.run = run
        self.record = record
        self.place = place
        let base =
            place.base.map {
                $0.hasPrefix("/")
                    ? URL(fileURLWithPath: $0) : folder.appendingPathComponent($0)
            } ?? folder
        let runs = base.appendingPathComponent("runs")
        parent = runs.path
        url = runs.appendingPathComponent(place.folder).appendingPathComponent(place.file)
    }

    /// The file's bytes.
    ///
    /// - Throws: `ArtifactError` where they are not those that the run wrote.
    public func read() throws(ArtifactError) -> Data {
        var data = Data()
        _ = try check { data.append(contentsOf: $0) }
        return data
    }

    /// Reads the whole file and compares it with what was recorded.
    ///
    /// - Throws: `ArtifactError` where it is not what the run wrote.
    public func verify() throws(ArtifactError) { _ = try check { _ in } }

    /// The file, open, after all of it was read and found to be what the run wrote.
    ///
    /// - Throws: `ArtifactError` where it is not.
    public func verified() throws(ArtifactError) -> VerifiedFile {
        VerifiedFile(try check { _ in })
    }

    /// What the path leads to now, without looking at its bytes; nil where there is nothing.
    var identity: FileIdentity? { FileIdentity(url.path) }

    private func check(
        _ take: (UnsafeRawBufferPointer) -> Void
    ) throws(ArtifactError) -> RegularFile {
        do {
            let file = try RegularFile(place.file, in: place.folder, below: parent)
            guard file.size == record.bytes, file.size <= Self.largest else {
                throw ArtifactError.differs(
                    run: run, path: url.path, what: "size", found: "\(file.size) bytes",
                    expected: file.size == record.bytes
                        ? "at most \(Self.largest)" : "\(record.bytes)")
            }
            var hash = SHA256()
            var count: Int64 = 0
            try file.read(limit: record.bytes + 1) { bytes in
                hash.update(bytes)
                count += Int64(bytes.count)
                take(bytes)
            }
            let found = hash.digest()
            guard count == record.bytes, found == record.digest else {
                throw ArtifactError.differs(
                    run: run, path: url.path, what: "SHA-256", found: found,
                    expected: record.digest)
            }
            return file
        } catch let error as ArtifactError {
            throw error
        } catch RegularFile.Failure.missing {
            throw .missing(run: run, path: url.path)
        } catch RegularFile.Failure.notAFile(let found) {
            throw .notAFile(run: run, path: url.path, found: found)
        } catch RegularFile.Failure.system(let reason) {
            throw .unreadable(run: run, path: url.path, reason: reason)
        } catch {
            throw .unreadable(run: run, path: url.path, reason: "\(error)")
        }
    }
}

/// A file whose bytes were found to be those that were recorded, read in pieces.
public final class VerifiedFile: Sendable {
    /// Its size.
    public let bytes: Int64
    nonisolated(unsafe) private let file: RegularFile

    init(_ file: RegularFile) {
        self.file = file
        bytes = file.size
    }

    /// At most `count` bytes from `offset` on; none at the end. Any thread may ask.
    public func piece(at offset: Int64, count: Int) throws -> Data {
        try file.piece(at: offset, count: count)
    }
}

extension RunStore {
    /// A run's files by kind; what is wrong about the place of one comes when it is asked for.
    public func files(of run: RunID) throws -> [String: Result<ArtifactFile, ArtifactError>] {
        let digest = try read {
            try String.readOne($0, sql: "SELECT digest FROM run WHERE id = ?", arguments: [run])
        }
        let folder = url.deletingLastPathComponent()
        return Dictionary(
            try artifacts(of: run).map { record in
                let file = Result { () throws(ArtifactError) in
                    try ArtifactFile(record, run: run, digest: digest ?? "", beside: folder)
                }
                return (record.kind, file)
            }, uniquingKeysWith: { first, _ in first })
    }
}
