import Domain
import Foundation
import GRDB
import Reports
import RunStore
import Server
import Testing

@testable import lightbox

/// `keep-masks: test`: the masks that runs predicted of their test images stay with them.
@Suite struct KeepMasksTests {
    private static let file = """
        name: kept
        data: data
        grid: {dataset: jcx, model: unet, loss: tv, seed: [1, 2]}
        train: {epochs: 2, batch: 4, image: [48, 32], width: 2, structures: [lungs, heart]}
        """

    private func drawn() throws -> Program {
        let program = try Program()
        let ending = try program.run(
            "data", "phantom", "data", "--layout", "jcx", "--count", "16", "--size", "64", "--seed",
            "3")
        try #require(ending.status == 0, "\(ending.errors)")
        try program.write(Self.file, to: "e.yaml")
        return program
    }

    @discardableResult
    private func run(_ program: Program, _ words: String...) throws -> Program.Ending {
        let ending = try program.run(words)
        try #require(ending.status == 0, "\(words): \(ending.errors)\(ending.output)")
        return ending
    }

    private func store(_ program: Program, _ name: String) throws -> RunStore {
        try RunStore(at: program.folder.appendingPathComponent(name), mode: .readOnly)
    }

    private func pictures(_ program: Program, _ name: String) throws -> OverlayPictures {
        OverlayPictures(
            store: try store(program, name), weights: .best,
            data: program.folder.appendingPathComponent("data").path)
    }

    private func files(_ program: Program, _ name: String, _ run: RunID) throws -> [String: URL] {
        try store(program, name).files(of: run).mapValues { try $0.get().url }
    }

    private static let structures = ["lungs", "heart"]

    /// Masks that were kept are those that the weights make, bit for bit, and keeping them is no
    /// other run.
    @Test func keptMasksAreThoseOfTheWeights() throws {
        let program = try drawn()
        try run(program, "sweep", "e.yaml", "--jobs", "1", "--store", "a/a.db")
        try run(
            program, "sweep", "e.yaml", "--jobs", "1", "--store", "b/b.db", "--set",
            "keep-masks=test")
        let digests = "SELECT digest FROM run ORDER BY id"
        #expect(
            try store(program, "a/a.db").query(digests).rows
                == store(program, "b/b.db").query(digests).rows)
        #expect(try files(program, "a/a.db", 1)["masks-test"] == nil)
        let made = try pictures(program, "a/a.db"), kept = try pictures(program, "b/b.db")
        for run: RunID in [1, 2] {
            for weights in WeightsKind.allCases {
                #expect(
                    made.origin(of: run, weights: weights)
                        == .weights(structures: Self.structures, instead: nil))
                #expect(
                    kept.origin(of: run, weights: weights) == .kept(structures: Self.structures))
                let names = try store(program, "b/b.db").imageValues(
                    of: run, metric: "dice", weights: weights.rawValue, worstFirst: true
                ).map(\.image)
                #expect(names.count > 1)
                let own = try kept.pictures(of: run, named: names, weights: weights)
                #expect(own.count == names.count)
                #expect(try own == made.pictures(of: run, named: names, weights: weights))
                #expect(own.values.contains { $0.predictions.contains { $0.contains(1) } })
            }
        }
        // A run that is complete is not trained again to keep masks.
        try run(
            program, "sweep", "e.yaml", "--jobs", "1", "--store", "a/a.db", "--set",
            "keep-masks=test")
        #expect(
            try store(program, "a/a.db").query("SELECT sum(attempts) FROM run").rows[0][0].integer
                == 2)
        #expect(try files(program, "a/a.db", 1)["masks-test"] == nil)
    }

    /// Pictures without weights; with another's masks those of the weights, and that is said.
    @Test func whatIsNotTheRunsOwnIsRefused() throws {
        let program = try drawn()
        try run(
            program, "sweep", "e.yaml", "--jobs", "1", "--store", "b/b.db", "--set",
            "keep-masks=test")
        let (first, second) = (
            try files(program, "b/b.db", 1), try files(program, "b/b.db", 2)
        )
        let masks = try #require(first["masks-test"]), others = try #require(second["masks-test"])
        #expect(masks.lastPathComponent == "test.masks")
        let bytes = try Data(contentsOf: masks)
        func reason(_ run: RunID = 1) throws -> String {
            switch try pictures(program, "b/b.db").origin(of: run, weights: .best) {
            case .weights(_, let instead?): return instead
            case .unavailable(let reason): return reason
            case let other:
                Issue.record("\(other)")
                return ""
            }
        }
        // Damaged beside the store's record.
        try (bytes.dropLast() + Data([bytes.last.map { $0 ^ 1 } ?? 0])).write(to: masks)
        #expect(try reason().contains("its SHA-256 is"))
        unlink(masks.path)
        #expect(try reason().contains("is gone"))
        // Another run's, which the store takes for its own.
        try FileManager.default.copyItem(at: others, to: masks)
        let queue = try DatabaseQueue(path: program.folder.path + "/b/b.db")
        try queue.write { db in
            try db.execute(
                sql: """
                    UPDATE artifact SET (bytes, digest) =
                        (SELECT bytes, digest FROM artifact WHERE run = 2 AND kind = 'masks-test')
                    WHERE run = 1 AND kind = 'masks-test'
                    """)
        }
        let foreign = try reason()
        #expect(foreign.contains("has masks of the run ") && foreign.contains("; expected "))
        // Its images are others by now.
        try queue.write { db in
            try db.execute(
                sql: """
                    UPDATE image SET name = 'another' WHERE id = (SELECT image_id FROM image_value
                        WHERE evaluation_id = (SELECT id FROM any_evaluation
                            WHERE run = 2 AND weights = 'best' AND split = 'test') LIMIT 1)
                    """)
        }
        try queue.close()
        #expect(try reason(2).contains("; expected those of the run's "))
        // Without weights there is nothing left.
        for kind in ["weights-best", "weights-last"] {
            unlink(try #require(first[kind]).path)
        }
        #expect(try reason() == foreign)
        #expect(throws: (any Error).self) {
            try pictures(program, "b/b.db").pictures(of: 1, named: ["JPCNN001"])
        }
    }

    /// `check`, `merge`, `ship`, `backup`, `gc` and `delete` take the file as one of the run's.
    @Test func housekeepingKnowsTheFile() throws {
        let program = try drawn()
        try run(
            program, "sweep", "e.yaml", "--jobs", "1", "--store", "b/b.db", "--set",
            "keep-masks=test", "--set", "seed=1")
        let file = try #require(try files(program, "b/b.db", 1)["masks-test"])
        try run(program, "check", "--store", "b/b.db")
        try run(program, "gc", "--store", "b/b.db")
        #expect(FileManager.default.fileExists(atPath: file.path))
        // Pictures without weights: the masks are enough.
        for kind in ["best", "last"] {
            unlink(file.deletingLastPathComponent().path + "/\(kind).safetensors")
        }
        let name = try #require(
            try store(program, "b/b.db").imageValues(
                of: 1, metric: "dice", weights: "best", worstFirst: true
            ).first?.image)
        let own = try pictures(program, "b/b.db").pictures(of: 1, named: [name])
        #expect(own[name]?.structures == Self.structures)
        _ = try program.run("merge", "b/b.db", "--store", "c/c.db", "--copy-files")
        #expect(try pictures(program, "c/c.db").pictures(of: 1, named: [name]) == own)
        #expect(try files(program, "c/c.db", 1)["masks-test"]?.path.contains("/c/runs/") == true)
        try run(program, "ship", "s.db", "--store", "b/b.db")
        #expect(try store(program, "s.db").files(of: 1).isEmpty)
        try run(program, "delete", "1", "--yes", "--store", "b/b.db")
        #expect(!FileManager.default.fileExists(atPath: file.path))
        #expect(
            !FileManager.default.fileExists(atPath: file.deletingLastPathComponent().path),
            "nothing is left of the run's folder")
    }

    /// A run that is trained again has the masks of its new weights.
    @Test func masksOfARunThatIsTrainedAgain() throws {
        let program = try drawn()
        let words = ["sweep", "e.yaml", "--jobs", "1", "--store", "b/b.db", "--set", "seed=1"]
        _ = try program.run(words)
        let queue = try DatabaseQueue(path: program.folder.path + "/b/b.db")
        try queue.write { db in
            try db.execute(
                sql: "UPDATE run SET code = ?", arguments: [String(repeating: "a", count: 64)])
        }
        try queue.close()
        let again = try program.run(words + ["--set", "keep-masks=test", "--retrain"])
        try #require(again.status == 0, "\(again.errors)")
        let name = try #require(
            try files(program, "b/b.db", 1).first { $0.key == "masks-test" }?.value)
        #expect(name.lastPathComponent.hasPrefix("test-") && name.pathExtension == "masks")
        #expect(
            try pictures(program, "b/b.db").origin(of: 1, weights: .best)
                == .kept(structures: Self.structures))
        try run(program, "gc", "--store", "b/b.db")
        #expect(FileManager.default.fileExists(atPath: name.path))
    }
}
