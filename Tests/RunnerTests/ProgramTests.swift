import Assembly
import Datasets
import Domain
import Foundation
import RunStore
import Specification
import Testing

@testable import Runner

/// Cells that a program trains are swept like any other.
@Suite(.enabled(if: ProgramBench.hasPython)) struct ProgramTests {
    let bench: ProgramBench

    init() throws { bench = try ProgramBench() }

    private var trace: String { bench.file("trace").path }
    private var traced: [String] {
        (try? String(contentsOfFile: trace, encoding: .utf8))?.split(separator: "\n")
            .map(String.init) ?? []
    }
    private func grid(_ models: String) -> String {
        ProgramBench.grid(models, train: ", lr: 0.01, trace: \(trace)")
    }

    @Test func everyMissingCellIsTrainedOnce() throws {
        #expect(try bench.sweep(grid("mine, yours")).trained == 2)
        #expect(try bench.sweep(grid("mine, yours")).done == 2)
        #expect(try bench.sweep(grid("mine, yours, likely")).trained == 1)
        #expect(traced.count == 9)
        #expect(
            try bench.texts("SELECT DISTINCT procedure || ' ' || loss FROM run") == ["program dice"]
        )
        #expect(try bench.number("SELECT count(*) FROM metric WHERE name = 'dice'") == 9)
        #expect(try bench.number("SELECT DISTINCT best_epoch FROM run") == 3)
        // What it did not tell is not there.
        #expect(try bench.number("SELECT count(*) FROM metric WHERE name = 'learning-rate'") == 0)
        #expect(
            try bench.number("SELECT count(images_per_second) + count(peak_memory) FROM run") == 0)
        let findings = try bench.store.check()
        #expect(findings.isEmpty, "\(findings)")
    }

    /// Its weights only it can read; the masks that it predicted stay, and are no other run.
    @Test func itsMasksCanBeKept() throws {
        let text = ProgramBench.grid("mine", train: ", keep-masks: test")
        #expect(try bench.sweep(text).trained == 1)
        #expect(try bench.sweep(ProgramBench.grid("mine")).done == 1)
        #expect(try bench.number("SELECT count(*) FROM run") == 1)
        let images = try bench.texts(
            "SELECT DISTINCT image FROM image_metric WHERE split = 'test'")
        let stored = try StoredRun(1, in: bench.store)
        let kept = try #require(try stored.keptMasks(ofImages: images))
        #expect(Set(kept.images) == Set(images) && images.count > 1)
        #expect(kept.weights == [.best] && kept.size == .square(32))
        for image in images {
            #expect(
                kept.masks(of: image, weights: .best)
                    == [[UInt8](repeating: 1, count: 32 * 32)])
        }
        #expect(throws: KeptMasksError.self) { try stored.keptMasks(ofImages: ["another"]) }
    }

    /// A mask of ones over every image: Dice is 2 f / (1 + f) of a foreground of share f.
    @Test func predictionsAreMeasuredHere() throws {
        try bench.sweep(grid("mine, likely"))
        let dice = try bench.store.query(
            """
            SELECT r.model, i.value FROM image_metric i JOIN run r ON r.id = i.run
            WHERE i.name = 'dice' AND i.split = 'test' ORDER BY r.model, i.image
            """
        ).rows.map { $0[1].number ?? -1 }
        #expect(dice.count > 2 && dice.allSatisfy { 0 < $0 && $0 < 1 })
        #expect(Array(dice[..<(dice.count / 2)]) == Array(dice[(dice.count / 2)...]))
        let data = try DatasetShelf(root: DataRoot(try ProgramBench.data.get())).dataset(
            for: try bench.plan(grid("mine")).plan.cells[0])
        let image = try bench.texts(
            "SELECT image FROM image_metric WHERE split = 'test' ORDER BY image LIMIT 1")[0]
        let index = try #require(data.examples.firstIndex { $0.id == image })
        let share = Double(data.mask(index).reduce(0) { $0 + Int($1) }) / (32 * 32)
        #expect(abs(dice[0] - 2 * share / (1 + share)) < 1e-12)
    }

    @Test func aStoppedCellGoesOnWhereItWas() throws {
        let first = try bench.sweep(grid("slow")) { event in
            if case .epoch = event { bench.stop.ask() }
        }
        #expect(first.isInterrupted)
        let done = traced.count
        #expect((1...2).contains(done))
        bench.stop.reset()
        #expect(try bench.sweep(grid("slow")).trained == 1)
        #expect(traced == ["slow 1", "slow 2", "slow 3"])
        #expect(try bench.number("SELECT count(*) FROM metric WHERE name = 'dice'") == 3)
    }

    /// What a program reported and nobody took note of is taken up; what the store lost is trained
    /// again.
    @Test(arguments: [1, 2])
    func theReportAndTheStoreAgreeAgain(recorded: Int) throws {
        _ = try bench.sweep(grid("slow")) { event in
            if case .epoch = event { bench.stop.ask() }
        }
        let run = try #require(
            FileManager.default.enumerator(atPath: bench.file("runs").path)?
                .compactMap { $0 as? String }.first {
                    $0.hasSuffix("/program/.lightbox/progress.json")
                })
        let work = bench.file("runs").appendingPathComponent(run)
            .deletingLastPathComponent().deletingLastPathComponent()
        if recorded == 2 {
            // Both epochs were reported, and the program had saved the second.
            let lines = (1...2).map {
                "{\"event\":\"epoch\",\"epoch\":\($0),\"validation\":{\"dice\":0.\($0)}}\n"
            }
            let offset = lines[0].utf8.count
            try lines.joined().write(
                to: work.appendingPathComponent(".lightbox/report.jsonl"), atomically: true,
                encoding: .utf8)
            let book = work.appendingPathComponent(".lightbox/progress.json")
            let text = try String(contentsOf: book, encoding: .utf8)
            let start = text.replacing(#/"offset":\d+/#, with: "\"offset\":\(offset)")
            try start.write(to: book, atomically: true, encoding: .utf8)
            try "2".write(
                to: work.appendingPathComponent("checkpoint/epoch"), atomically: true,
                encoding: .utf8)
        } else {
            // A checkpoint that is ahead of what is on record.
            try "3".write(
                to: work.appendingPathComponent("checkpoint/epoch"), atomically: true,
                encoding: .utf8)
        }
        let before = traced.count
        bench.stop.reset()
        #expect(try bench.sweep(grid("slow")).trained == 1)
        #expect(
            Array(traced[before...])
                == (recorded == 2 ? ["slow 3"] : Array(["slow 2", "slow 3"].suffix(3 - before))))
        #expect(try bench.number("SELECT count(*) FROM metric WHERE name = 'dice'") == 3)
        #expect(try bench.store.check().isEmpty)
    }

    @Test func filesAreKeptAlsoWhereTheCellIsTrainedAgain() throws {
        try bench.sweep(grid("keeps"), code: "a")
        let path = try bench.texts("SELECT path FROM artifact WHERE kind = 'program-file'")
        #expect(path.count == 1 && path[0].hasSuffix("/program-model.bin"))
        #expect(FileManager.default.fileExists(atPath: bench.file(path[0]).path))
        #expect(try bench.sweep(grid("keeps"), code: "b", retrains: true).trained == 1)
        #expect(traced.count == 6)
        #expect(try bench.texts("SELECT DISTINCT substr(code, 1, 2) FROM run") == ["bb"])
        let again = try bench.texts("SELECT path FROM artifact")
        #expect(
            again.count == 1 && FileManager.default.fileExists(atPath: bench.file(again[0]).path))
        #expect(try bench.store.check().isEmpty)
    }

    /// A failed run's folder goes with the run.
    @Test func deletingARunRemovesItsFolder() throws {
        try bench.sweep(grid("late-death"))
        let work = try #require(
            FileManager.default.enumerator(atPath: bench.file("runs").path)?
                .compactMap { $0 as? String }.first { $0.hasSuffix("/program/.lightbox/cell.json") }
        )
        let left = try FileManager.default.contentsOfDirectory(
            atPath: bench.file("runs/" + work).deletingLastPathComponent().path)
        #expect(left.contains("log.txt") && !left.contains("images.npy"), "\(left)")
        #expect(try bench.store.collect(isDryRun: true).files.isEmpty, "it may be tried again")
        try bench.store.delete([1])
        #expect(!FileManager.default.fileExists(atPath: bench.file("runs/" + work).path))
    }

    /// Masks and classes that a program must not learn from are not in what it gets.
    @Test func whatIsTestedIsWithheld() throws {
        try bench.write(
            """
            import json, os, shutil
            cell = json.load(open(os.environ["LIGHTBOX_CELL"]))
            shutil.copy(os.environ["LIGHTBOX_CELL"], cell["train"]["to"] + ".json")
            shutil.copy(cell["arrays"]["masks"], cell["train"]["to"] + ".npy")
            """, to: "train.py")
        try bench.sweep(
            ProgramBench.grid("spy", train: ", to: \(bench.file("seen").path)")
                .replacing("loss: dice", with: "labels: 30"))
        let text = try String(contentsOf: bench.file("seen.json"), encoding: .utf8)
        let cell = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(cell["protocol"] as? Int == 1 && cell["loss"] as? String == "own")
        let images = try #require(cell["images"] as? [[String: Any]])
        let masks = [UInt8](try Data(contentsOf: bench.file("seen.npy"))).suffix(
            images.count * 1024)
        for (index, image) in images.enumerated() {
            let isOpen =
                image["labelled"] as? Bool == true || image["split"] as? String == "validation"
            let own = masks.dropFirst(index * 1024).prefix(1024)
            #expect(own.allSatisfy { isOpen ? $0 < 2 : $0 == 255 })
            #expect(isOpen || image["class"] is NSNull)
            #expect(image["has_mask"] as? Bool == isOpen)
        }
        #expect(images.count { $0["labelled"] as? Bool == true } < images.count / 2)
    }
}
