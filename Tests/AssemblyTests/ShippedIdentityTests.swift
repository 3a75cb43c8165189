import Foundation
import RunStore
import Specification
import Testing

@testable import Assembly

/// The runs that are shipped keep their identity: their experiments, planned today, find them.
@Suite struct ShippedIdentityTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let vocabulary = Zoo.standard.vocabulary(
        reports: [
            "p1-table1", "p1-table2", "p2-table1", "ablation", "label-fraction", "leaderboard",
            "sweep", "out-of-fold", "overlays", "external",
        ])

    private static let names = [
        "demo", "mcx-quick", "p1-table1-quick", "p1-table2-quick", "label-fraction-quick",
        "semi-supervised-tuning", "semi-supervised-augmented", "stability", "stability-augmented",
    ]

    /// A copy: opening a store may write beside it.
    private static func store() throws -> RunStore {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "lightbox-shipped-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let copy = folder.appending(path: "results.db")
        try FileManager.default.copyItem(
            at: root.appending(path: "results/shipped/results.db"), to: copy)
        return try RunStore(at: copy)
    }

    @Test(arguments: names)
    func planningAnExperimentFindsItsRuns(name: String) throws {
        let store = try Self.store()
        defer { try? FileManager.default.removeItem(at: store.url.deletingLastPathComponent()) }
        let rows = try store.query(
            """
            SELECT r.digest, json_extract(r.configuration, '$.dataset'),
                json_extract(r.configuration, '$.fingerprint')
            FROM run r JOIN experiment_run x ON x.run = r.id
            JOIN experiment e ON e.id = x.experiment_id WHERE e.name = :name
            """, parameters: ["name": .text(name)]
        ).rows
        let stored = Set(rows.compactMap { $0[0].text })
        let fingerprints = Dictionary(
            rows.map { ($0[1].text ?? "", $0[2].text ?? "") },
            uniquingKeysWith: { first, _ in first })
        let file = Self.root.appending(path: "experiments/\(name).yaml")
        let spec = try Spec(path: file.path, vocabulary: Self.vocabulary)
        var identities = StoredIdentities(store)
        let descriptions = try SweepPlan(spec, vocabulary: Self.vocabulary).cells.map { cell in
            let fingerprint = DataFingerprint(fingerprints[cell.dataset] ?? "")
            return cell.description(
                fingerprint: fingerprint,
                as: try identities.configuration(of: cell, fingerprint: fingerprint))
        }
        let planned = descriptions.map(\.configuration.digest)
        #expect(!stored.isEmpty && Set(planned).count == planned.count)
        // The store also holds runs of earlier forms of some files.
        #expect(Set(planned).isSubset(of: stored))
        // What a sweep would do: nothing is made, and nothing is open.
        let before = try store.query("SELECT count(*) FROM run").rows[0][0].integer
        let runs = try store.plan(descriptions, experiment: nil, isWhole: false)
        #expect(runs.allSatisfy { $0.state == .completed || $0.state == .pruned })
        #expect(try store.query("SELECT count(*) FROM run").rows[0][0].integer == before)
    }

    /// A run is found by the cell that it was stored as, whatever settings it names.
    @Test func everyStoredRunIsFoundAgain() throws {
        let store = try Self.store()
        defer { try? FileManager.default.removeItem(at: store.url.deletingLastPathComponent()) }
        let rows = try store.query(
            """
            SELECT id, configuration, json_extract(configuration, '$.fingerprint') FROM run
            WHERE retrains IS NULL ORDER BY id
            """
        ).rows
        var identities = StoredIdentities(store)
        var olderForms = 0
        for row in rows {
            let run = try #require(row[0].integer)
            let cell = try Cell(store.cellRun(run))
            let fingerprint = DataFingerprint(row[2].text ?? "")
            let found = try identities.configuration(of: cell, fingerprint: fingerprint)
            #expect(found.json == row[1].text, "run \(run)")
            if found != cell.configuration(fingerprint: fingerprint) { olderForms += 1 }
        }
        #expect(rows.count == 197 && olderForms > 0)
    }

    @Test func everyExperimentFileIsReadAndPlanned() throws {
        let folder = Self.root.appending(path: "experiments")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= Self.names.count)
        for file in files {
            let spec = try Spec(
                path: folder.appending(path: file).path, vocabulary: Self.vocabulary)
            #expect(try !SweepPlan(spec, vocabulary: Self.vocabulary).cells.isEmpty, "\(file)")
        }
    }
}
