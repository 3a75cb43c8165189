public import Foundation
internal import GRDB

extension RunStore {
    /// Looks into everything: whether the file is whole, the schema is Lightbox's, every number that
    /// others give is what they give, and the files are those that were written.
    ///
    /// Nothing is changed. A store that is too broken to be opened is a finding.
    ///
    /// - Parameter files: whether files of runs are looked at too.
    /// - Throws: `StoreError` where there is no store, or one of a newer Lightbox.
    public static func inspect(_ url: URL, files: Bool = true) throws -> StoreInspection {
        var inspection = StoreInspection()
        do {
            let store = try RunStore(at: url, mode: .readOnly)
            defer { try? store.close() }
            inspection = store.inspect()
            if files { store.inspectFiles(&inspection) }
        } catch StoreError.foreignSchema(_, let difference, let count) {
            inspection.findings = (try? foreignParts(of: url)) ?? []
            if inspection.findings.isEmpty {
                inspection.findings = [
                    StoreFinding(.schema, difference + (count > 1 ? ", and more" : ""))
                ]
            }
        } catch StoreError.corrupt(_, let reason) {
            inspection.findings = [StoreFinding(.damage, reason)]
        } catch StoreError.wrongCell(_, let place, let found, let expected) {
            inspection.findings = [
                StoreFinding(.cell, "\(place) is \(found); expected \(expected)")
            ]
        } catch StoreError.notAStore(_, let found, _) where found == "no SQLite database" {
            inspection.findings = [StoreFinding(.damage, "the file is \(found)")]
        }
        return inspection
    }

    /// What is wrong inside the file; nothing when all is well.
    public func check() throws -> [StoreFinding] { inspect().findings }

    /// Makes sure that nothing is wrong inside the file, before it is copied as a whole.
    ///
    /// A seal that is gone is a finding here, whatever the store's age: one of a schema from before
    /// there were seals was sealed when it was brought up to date.
    ///
    /// - Parameter original: the store, of which this may be a copy.
    /// - Throws: `StoreError.corrupt`, with the first findings.
    func refuseDamage(named original: URL) throws { try Self.refuse(try check(), in: original) }

    /// Refuses a store whose numbers contradict each other, or in which what many runs rest on is not as
    /// it was sealed, before its runs are taken over. Files are looked at where they are copied.
    ///
    /// - Returns: the runs and experiments, by name, that are not as they were sealed, or not those of
    ///   their configuration. They can be taken, as long as they stay named.
    /// - Throws: `StoreError.corrupt`, with the first findings.
    func refuseContradictions(
        named original: URL
    ) throws -> (runs: Set<RunID>, experiments: Set<String>) {
        let (runs, experiments) = try read { db in
            (
                try RecordSeal.run.altered(in: db),
                try RecordSeal.experiment.altered(in: db).map { id in
                    (id: id, name: try Self.name(ofExperiment: id, in: db))
                }
            )
        }
        let ofOneRecord = Set(
            runs.map { "\(RecordSeal.run.name) \($0)" }
                + experiments.map { "\(RecordSeal.experiment.name) \($0.id)" })
        let findings = try check().filter { finding in
            let record = String(finding.message.prefix { $0 != ":" })
            return finding.kind != .configuration
                && !(finding.kind == .seal && ofOneRecord.contains(record))
        }
        try Self.refuse(findings, in: original)
        let unlike = try read(RunConsistency.altered)
        return (unlike.union(runs), Set(experiments.map(\.name)))
    }

    private static func name(ofExperiment id: Int64, in db: Database) throws -> String {
        try String.readOne(db, sql: "SELECT name FROM experiment WHERE id = ?", arguments: [id])
            ?? ""
    }

    private static func refuse(_ findings: [StoreFinding], in original: URL) throws {
        guard !findings.isEmpty else { return }
        let first = findings.prefix(2).map(\.description).joined(separator: "; ")
        let rest = findings.count > 2 ? "; and \(findings.count - 2) more" : ""
        throw StoreError.corrupt(path: original.path, reason: first + rest)
    }

    /// Every difference of a foreign schema.
    private static func foreignParts(of url: URL) throws -> [StoreFinding] {
        try StoreError.translating(path: url.path) {
            let reading = try StoreOpener(path: url.path).openReadOnly()
            defer { try? reading.queue.close() }
            return try reading.queue.read { db in
                let version = try Int.readOne(db, sql: "PRAGMA user_version") ?? 0
                return try SchemaCheck.differences(db, version: version).map {
                    StoreFinding(.schema, $0)
                }
            }
        }
    }

    /// Every look into the file, the files of runs excepted.
    static let looks: [@Sendable (Database, inout StoreInspection) throws -> Void] = [
        StoreDamage.look, RunConsistency.look, CurveConsistency.look, ResultConsistency.look,
        PublishedConsistency.look, StateConsistency.look, SealConsistency.look,
    ]

    private func inspect() -> StoreInspection {
        var inspection = StoreInspection()
        // Each look by itself: one that stumbles over damage says so, and the next goes on.
        for look in Self.looks {
            do {
                try read { try look($0, &inspection) }
            } catch let error as StoreError {
                let finding = Self.finding(of: error)
                if !inspection.findings.contains(finding) { inspection.findings.append(finding) }
            } catch {
                inspection.findings.append(StoreFinding(.damage, "\(error)"))
            }
        }
        return inspection
    }

    private static func finding(of error: StoreError) -> StoreFinding {
        switch error {
        case .wrongCell(_, let place, let found, let expected):
            StoreFinding(.cell, "\(place) is \(found); expected \(expected)")
        case .corrupt(_, let reason): StoreFinding(.damage, reason)
        case .database(_, _, let reason): StoreFinding(.damage, reason)
        default: StoreFinding(.damage, error.description)
        }
    }
}
