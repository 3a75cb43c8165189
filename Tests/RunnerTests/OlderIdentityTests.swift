import Assembly
import Foundation
import RunStore
import Specification
import Testing

@testable import Runner

/// Sweeps over stores whose runs were told apart by settings that they do not use.
@Suite struct OlderIdentityTests {
    private static let grid = """
        name: fake
        grid: {dataset: phantom, model: unet, loss: tv, seed: [1, 2]}
        train: {epochs: 3, image: 32, width: 1, focal-gamma: 2}
        """

    /// A store that has the grid's runs as older versions made them, not trained yet.
    private func bench() throws -> (bench: Workbench, digests: [String]) {
        let bench = try Workbench()
        let sweep = try bench.prepare(Self.grid).sweep
        let descriptions = try sweep.plan.cells.map { cell in
            let fingerprint = try sweep.runner.shelf.fingerprint(for: cell)
            let written = cell.writtenConfiguration(fingerprint: fingerprint)
            #expect(written != cell.configuration(fingerprint: fingerprint))
            return cell.description(fingerprint: fingerprint, as: written)
        }
        return (bench, try bench.store.plan(descriptions).map(\.digest))
    }

    private func folders(_ bench: Workbench) throws -> Set<String> {
        let runs = bench.folder.appendingPathComponent("runs").path
        return Set(try FileManager.default.contentsOfDirectory(atPath: runs))
    }

    @Test func theyAreTrainedAndFoundAgain() throws {
        let (bench, digests) = try bench()
        #expect(try bench.sweep(Self.grid).outcome.trained == 2)
        #expect(try bench.number("SELECT count(*) FROM run") == 2)
        #expect(try folders(bench) == Set(digests.map { String($0.prefix(16)) }))
        for gamma in ["2", "3", "[0.75, 1, 2]"] {
            let grid = Self.grid.replacing("focal-gamma: 2", with: "focal-gamma: \(gamma)")
            let again = try bench.sweep(grid).outcome
            #expect(again.trained == 0 && again.done == 2 && again.total == 2)
        }
        #expect(try bench.number("SELECT count(*) FROM run") == 2)
        #expect(bench.log.trained.count == 2)
    }

    @Test func oneThatWasStoppedGoesOnFromItsCheckpoint() throws {
        let (bench, digests) = try bench()
        let stop = bench.stop
        let first = try bench.sweep(Self.grid) { epoch in if epoch == 2 { stop.ask() } }
        #expect(first.outcome.isInterrupted)
        stop.reset()
        // The file no longer says what the run was stored with.
        let grid = Self.grid.replacing(", focal-gamma: 2", with: "")
        #expect(try bench.sweep(grid).outcome.trained == 2)
        #expect(bench.log.trained == [[1, 2, 3], [1, 2, 3]])
        #expect(try folders(bench) == Set(digests.map { String($0.prefix(16)) }))
    }

    @Test func trainingAgainReplacesTheirResults() throws {
        let (bench, digests) = try bench()
        _ = try bench.sweep(Self.grid, code: "a")
        let again = try bench.sweep(Self.grid, code: "b", retrains: true)
        #expect(again.outcome.trained == 2 && again.outcome.failed == 0)
        #expect(try bench.number("SELECT count(*) FROM run") == 2)
        #expect(try bench.number("SELECT count(*) FROM run WHERE code LIKE 'bbb%'") == 2)
        #expect(try folders(bench) == Set(digests.map { String($0.prefix(16)) }))
    }

    @Test func aGridOverAnUnusedSettingTrainsItsCellOnceAndSaysSo() throws {
        let bench = try Workbench()
        let grid = Self.grid.replacing("focal-gamma: 2", with: "focal-gamma: [1, 2, 3]")
        let first = try bench.sweep(grid)
        #expect(first.outcome.trained == 2 && first.outcome.total == 2)
        #expect(
            first.events.contains(
                .note(
                    "4 of the grid's 6 cells are trained once with another: they differ only in "
                        + "focal-gamma, which they do not use")))
        #expect(try bench.number("SELECT count(*) FROM param WHERE name = 'focal-gamma'") == 0)
    }
}
