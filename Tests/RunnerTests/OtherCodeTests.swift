import Assembly
import Foundation
import RunStore
import Specification
import Testing

@testable import Runner

/// A sweep says which results other code made, and makes them again when it is asked to.
@Suite struct OtherCodeTests {
    private let bench: Workbench

    init() throws { bench = try Workbench() }

    private func notes(_ events: [SweepEvent]) -> [String] {
        events.compactMap { if case .note(let text) = $0 { text } else { nil } }
    }

    private func codes() throws -> [String] {
        try bench.store.query(
            "SELECT DISTINCT coalesce(substr(code, 1, 3), '-') FROM run ORDER BY 1"
        ).rows.compactMap { $0[0].text }
    }

    private var weights: [String] {
        let runs = bench.folder.appendingPathComponent("runs")
        let files = FileManager.default.enumerator(atPath: runs.path)
        return (files?.compactMap { $0 as? String } ?? []).filter { $0.contains(".safetensors") }
    }

    @Test func theSameCodeSaysNothing() throws {
        #expect(notes(try bench.sweep(SweepTests.grid, code: "a").events) == [])
        #expect(notes(try bench.sweep(SweepTests.grid, code: "a").events) == [])
        #expect(try codes() == ["aaa"])
        // A program that does not know its own code cannot tell.
        #expect(notes(try bench.sweep(SweepTests.grid).events) == [])
    }

    @Test func anEditedNetworkIsSaidOnceAndTrainsNothing() throws {
        _ = try bench.sweep(SweepTests.grid, code: "a")
        let next = try bench.sweep(SweepTests.grid, code: "b")
        #expect(next.outcome.trained == 0 && next.outcome.done == 4)
        #expect(
            notes(next.events) == [
                "all 4 cells in the store were made by code aaaaaaaaaa, not by this program's "
                    + "code bbbbbbbbbb; --retrain trains them again"
            ])
        // New cells are the new code's; the old ones stay the old one's.
        let wider = try bench.sweep(
            SweepTests.grid.replacing("seed: [1, 2]", with: "seed: [1, 2, 3]"), code: "b")
        #expect(wider.outcome.trained == 2)
        #expect(try codes() == ["aaa", "bbb"])
        let again = try bench.sweep(
            SweepTests.grid.replacing("seed: [1, 2]", with: "seed: [1, 2, 3]"), code: "b")
        #expect(
            notes(again.events).first?.hasPrefix(
                "4 of the 6 cells in the store were made by code aaaaaaaaaa,") == true)
    }

    @Test func runsFromBeforeAreSaidCalmlyOnce() throws {
        _ = try bench.sweep(SweepTests.grid)
        #expect(
            notes(try bench.sweep(SweepTests.grid, code: "b").events) == [
                "all 4 cells in the store were made by unknown code (from before it was recorded), "
                    + "not by this program's code bbbbbbbbbb; --retrain trains them again"
            ])
    }

    @Test func retrainingReplacesResultsAndFiles() throws {
        _ = try bench.sweep(SweepTests.grid, code: "a")
        let before = try bench.store.overview()
        let again = try bench.sweep(SweepTests.grid, code: "b", retrains: true)
        #expect(again.outcome.trained == 4 && again.outcome.failed == 0)
        #expect(try codes() == ["bbb"])
        let after = try bench.store.overview()
        #expect(after.map(\.run) == before.map(\.run))
        #expect(after.map(\.digest) == before.map(\.digest))
        #expect(after.map(\.experiment) == before.map(\.experiment))
        // One file of weights a run, where the store says, and no folder besides.
        let paths = try bench.store.query("SELECT path FROM artifact ORDER BY path").rows
            .compactMap { $0[0].text }
        #expect(weights.map { "runs/" + $0 }.sorted() == paths)
        #expect(paths.count == 4)
        // Nothing is left to do.
        let idle = try bench.sweep(SweepTests.grid, code: "b", retrains: true)
        #expect(idle.outcome.trained == 0 && idle.outcome.done == 4)
    }

    /// Stopped in the middle, the old results are whole; the same command goes on.
    @Test func aStopInBetweenLosesNothing() throws {
        _ = try bench.sweep(SweepTests.grid, code: "a")
        let before = try bench.store.query("SELECT path, digest FROM artifact ORDER BY path").rows
        let stop = bench.stop
        let stopped = try bench.sweep(
            SweepTests.grid, code: "b", retrains: true,
            afterEpoch: { if $0 == 2 { stop.ask() } })
        #expect(stopped.outcome.isInterrupted)
        // One was begun, the others wait.
        #expect(try codes() == ["-", "aaa", "bbb"])
        #expect(
            try bench.number(
                "SELECT count(*) FROM run WHERE state = 'completed' AND code GLOB 'a*'") == 4)
        #expect(
            try bench.store.query("SELECT path, digest FROM artifact ORDER BY path").rows == before)
        for file in weights where file.contains("best") {
            #expect(
                try String(
                    contentsOf: bench.folder.appendingPathComponent("runs/" + file),
                    encoding: .utf8) == "weights")
        }
        #expect(weights.count { $0.contains("best") } == 4)
    }

    /// A cell that fails now keeps what it had.
    @Test func aFailureKeepsTheOldResults() throws {
        _ = try bench.sweep(SweepTests.grid, code: "a")
        let failed = try bench.sweep(SweepTests.grid, failing: 0.1, code: "b", retrains: true)
        #expect(failed.outcome.failed == 4)
        #expect(
            try bench.number(
                "SELECT count(*) FROM run WHERE state = 'completed' AND code GLOB 'a*'") == 4)
        let again = try bench.sweep(SweepTests.grid, code: "b", retrains: true)
        #expect(again.outcome.trained == 4)
        #expect(try codes() == ["bbb"])
    }

    /// The drawn images of the registry are phantoms in the store.
    @Test func phantomsAreStoredAsPhantoms() throws {
        _ = try bench.sweep(SweepTests.grid)
        #expect(
            try bench.store.query("SELECT title, origin FROM dataset").rows
                == [[.text("phantom"), .text("phantom")]])
    }

    @Test func theRevisionIsThatOfTheExperimentsFolder() throws {
        let folder = bench.folder.appendingPathComponent("own/experiments")
        let git = bench.folder.appendingPathComponent("own/.git")
        for place in [folder, git] {
            try FileManager.default.createDirectory(
                at: place, withIntermediateDirectories: true)
        }
        let commit = String(repeating: "7", count: 40)
        try Data((commit + "\n").utf8).write(to: git.appendingPathComponent("HEAD"))
        let file = folder.appendingPathComponent("e.yaml")
        try Data(SweepTests.grid.utf8).write(to: file)
        let spec = try Spec(
            path: file.path, overrides: [], vocabulary: Zoo.standard.vocabulary(reports: []))
        #expect(GitRevision.of(spec) == commit)
    }
}
