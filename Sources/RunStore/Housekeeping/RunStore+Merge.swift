internal import Files
public import Foundation
internal import GRDB

extension RunStore {
    /// Takes the runs of other stores into this one: the union by configuration.
    ///
    /// A run that both have is replaced only when the other is further (completed, then pruned,
    /// failed, interrupted, queued) and nobody works on it here, so merging twice changes nothing.
    /// Each store is one transaction: it is taken as a whole or, when it is damaged, not at all,
    /// and the others are still taken. Runs and experiments that are not as they were sealed are taken
    /// and stay so: `check` goes on naming them. Numbers of runs are this store's own.
    ///
    /// - Parameter progress: gets each store before it is merged.
    public func merge(
        _ others: [URL], files: MergedFiles = .stay, progress: (URL) -> Void = { _ in }
    ) throws -> MergeReport {
        guard mode != .readOnly else { throw StoreError.readOnly(path: url.path) }
        try releaseDeadRuns()
        var report = MergeReport()
        for other in others {
            progress(other)
            do {
                try merge(other, files: files, report: &report)
            } catch let error as StoreError {
                report.failures.append(
                    MergeReport.Failure(url: other, reason: error.description))
            }
        }
        return report
    }

    private func merge(_ other: URL, files: MergedFiles, report: inout MergeReport) throws {
        guard FileIdentity(other.path) != FileIdentity(url.path) else {
            throw StoreError.invalid(
                what: "the store to merge", found: "'\(other.path)', this store itself",
                expected: "another one")
        }
        // Opened once by itself: that refuses what is no store.
        let source = try MergeSource(other)
        defer { withExtendedLifetime(source) {} }
        let work = try StoreError.translating(path: url.path, attached: other.path) {
            try connection.writeWithoutTransaction { db in
                names.forget()
                try db.execute(
                    sql: "PRAGMA temp_store = MEMORY; ATTACH DATABASE ? AS shard",
                    arguments: [source.path])
                defer { try? db.execute(sql: "DETACH DATABASE shard") }
                try clock.limiting(to: StoreClock.patience) {
                    try Self.refuseForeign(db, path: other.path)
                }
                var merger = StoreMerger(
                    db: db, places: FilePlaces(from: other, to: url), altered: source.altered,
                    alteredExperiments: source.alteredExperiments)
                try clock.limiting(to: StoreClock.patienceForMerge) {
                    try db.inTransaction(.immediate) {
                        try merger.merge(copiesFiles: files == .copy)
                        return .commit
                    }
                }
                return merger
            }
        }
        report.stores += 1
        report.added += work.added
        report.replaced += work.replaced
        report.kept += work.kept
        report.points += work.points
        report.evaluations += work.evaluations
        report.problems += work.problems
        report.notes += work.notes
        if files == .copy {
            try bring(work.files, report: &report)
        } else {
            let absent = work.files.count { $0.source.identity == nil }
            if absent > 0 {
                report.notes.append(
                    "\(absent) of \(work.files.count) files of these runs are not there, beside "
                        + "'\(other.relativePath)'; 'lightbox check' names them")
            }
        }
    }

    /// Looks at the attached store before anybody is locked out: at its schema, and whether its
    /// pages and the types of its cells are whole. What is left cannot surprise the merge.
    private static func refuseForeign(_ db: Database, path: String) throws {
        let differences = try SchemaCheck.differences(
            db, schema: "shard", version: Migrations.version)
        if let first = differences.first {
            throw StoreError.foreignSchema(path: path, difference: first, count: differences.count)
        }
        let damage = try String.readOne(db, sql: "PRAGMA shard.quick_check(1)") ?? "ok"
        guard damage == "ok" else { throw StoreError.corrupt(path: path, reason: damage) }
    }

    /// Copies the files beside this store and names them by their places here.
    private func bring(_ files: [FilePlaces.File], report: inout MergeReport) throws {
        for file in files {
            do {
                let folder = try self.folder(ofDigest: file.digest).folder
                let name = try folder.take(file.source)
                try write { db in
                    try RecordSeal.run.keep(file.run, in: db) {
                        try db.cachedStatement(
                            sql: "UPDATE artifact SET path = ? WHERE run = ? AND path = ?"
                        ).execute(arguments: [folder.path(of: name), file.run, file.named])
                    }
                }
                report.files += 1
            } catch let error as ArtifactError {
                report.problems.append(error.description)
            }
        }
    }
}

/// The file that is attached: the store itself, or a copy of one that is older or lies where
/// SQLite may not make its shared-memory file. A merge never changes the other store.
private struct MergeSource {
    let path: String
    /// Keeps the copy, whoever made it.
    private let store: RunStore
    private let copy: TemporaryCopy?
    /// Runs that are not as they were sealed, and names of such experiments.
    let altered: Set<RunID>
    let alteredExperiments: Set<String>

    init(_ url: URL) throws {
        store = try RunStore(at: url, mode: .readOnly)
        (altered, alteredExperiments) = try store.refuseContradictions(named: url)
        let folder = URL(fileURLWithPath: store.path).deletingLastPathComponent().path
        if access(folder, W_OK) == 0 {
            (path, copy) = (store.path, nil)
            return
        }
        let copy = try TemporaryCopy()
        try StoreOpener(path: url.path).copy(to: copy.path)
        (path, self.copy) = (copy.path, copy)
    }
}
