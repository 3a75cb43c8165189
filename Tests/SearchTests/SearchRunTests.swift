import Assembly
import Foundation
import RunStore
import Specification
import Testing

@testable import Runner
@testable import RunnerTests
@testable import Search

extension Workbench {
    /// Runs the search of that text.
    func search(
        _ text: String, worker: WorkerCommand? = nil,
        afterEpoch: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> (outcome: Sweep.Outcome, events: [SweepEvent]) {
        let (spec, sweep) = try prepare(text, worker: worker, afterEpoch: afterEpoch)
        var search = try #require(try SearchRun(spec, of: sweep))
        var events: [SweepEvent] = []
        let outcome = try search.run { events.append($0) }
        return (outcome, events)
    }
}

@Suite struct SearchRunTests {
    static func text(_ method: String, trials: Int, extra: String = "") -> String {
        """
        name: search
        grid: {dataset: phantom, model: unet, loss: tv}
        train: {epochs: 9, image: 32, width: 1}
        search:
          method: \(method)
          trials: \(trials)
          space:
            learning-rate: {log-uniform: [1e-5, 1e-1]}
            tversky-beta: {uniform: [0.1, 2.0]}
        \(extra)
        """
    }

    @Test(arguments: ["random", "halton", "tpe"])
    func everyTrialIsARunAndAnotherSweepAddsNone(method: String) throws {
        let bench = try Workbench()
        let first = try bench.search(Self.text(method, trials: 12))
        #expect(first.outcome.trained == 12)
        #expect(try bench.number("SELECT count(*) FROM run WHERE state = 'completed'") == 12)
        let values = try bench.number(
            "SELECT count(DISTINCT value) FROM param WHERE name = 'learning-rate'")
        #expect(values == 12)
        let second = try bench.search(Self.text(method, trials: 12))
        #expect(second.outcome.trained == 0)
        #expect(second.outcome.done == 12)
        let third = try bench.search(Self.text(method, trials: 14))
        #expect(third.outcome.trained == 2)
    }

    @Test func aStoppedSearchGoesOnAsIfItHadNotStopped() throws {
        func rates(_ bench: Workbench) throws -> [[QueryValue]] {
            try bench.store.query(
                "SELECT value FROM param WHERE name = 'learning-rate' ORDER BY run"
            ).rows
        }
        let whole = try Workbench()
        _ = try whole.search(Self.text("tpe", trials: 13))
        let parts = try Workbench()
        let stop = parts.stop
        _ = try parts.search(Self.text("tpe", trials: 13)) { epoch in
            if epoch == 5, parts.log.trained.count == 11 { stop.ask() }
        }
        #expect(try parts.number("SELECT count(*) FROM run WHERE state = 'completed'") == 10)
        stop.reset()
        _ = try parts.search(Self.text("tpe", trials: 13))
        #expect(try rates(parts) == rates(whole))
    }

    /// A trial has no record of what it does not use, and goes on all the same.
    @Test(arguments: ["random", "tpe"])
    func aSearchOverSettingsOfSomeLossesGoesOn(method: String) throws {
        let text = """
            name: search
            grid: {dataset: phantom, model: unet}
            train: {epochs: 3, image: 32, width: 1}
            search:
              method: \(method)
              trials: 14
              space:
                learning-rate: {log-uniform: [1e-5, 1e-1]}
                loss: {choice: [tv, focal-tversky]}
                focal-gamma: {uniform: [1, 3]}
            """
        func trials(_ bench: Workbench) throws -> [[QueryValue]] {
            try bench.store.query(
                """
                SELECT r.loss, p.value, g.value FROM run r
                JOIN param p ON p.run = r.id AND p.name = 'learning-rate'
                LEFT JOIN param g ON g.run = r.id AND g.name = 'focal-gamma' ORDER BY r.id
                """
            ).rows
        }
        let whole = try Workbench()
        _ = try whole.search(text)
        let parts = try Workbench()
        let stop = parts.stop
        _ = try parts.search(text) { epoch in
            if epoch == 2, parts.log.trained.count == 11 { stop.ask() }
        }
        stop.reset()
        let rest = try parts.search(text)
        #expect(rest.outcome.done == 10 && rest.outcome.trained == 4)
        #expect(try trials(parts) == trials(whole))
        let losses = try trials(whole)
        #expect(losses.allSatisfy { ($0[0].text == "tv") == ($0[2] == .null) })
        #expect(Set(losses.map { $0[0].text }).count == 2)
    }

    @Test func aSpaceOfAnUnusedSettingIsOnePoint() throws {
        let bench = try Workbench()
        let text = """
            name: search
            grid: {dataset: phantom, model: unet, loss: tv}
            train: {epochs: 2, image: 32, width: 1}
            search: {method: random, trials: 5, space: {focal-gamma: {uniform: [1, 3]}}}
            """
        let first = try bench.search(text)
        #expect(first.outcome.trained == 1)
        #expect(
            first.events.contains(
                .note(
                    "'focal-gamma' changes nothing: no cell uses it; it is a setting of loss "
                        + "focal-tversky")))
        #expect(try bench.search(text).outcome.trained == 0)
    }

    @Test func successiveHalvingTrainsFewToTheEnd() throws {
        let bench = try Workbench()
        let text = Self.text("asha", trials: 9)
            .replacing("trials: 9", with: "trials: 9\n  minimum-epochs: 1\n  factor: 3")
        let outcome = try bench.search(text).outcome
        #expect(outcome.failed == 0)
        let lengths = bench.log.trained.map(\.count).sorted()
        #expect(lengths.count == 9)
        #expect(lengths.filter { $0 == 1 }.count >= 5)
        #expect(lengths.last == 9)
        // No epoch was trained twice: promotions continue from their checkpoints.
        #expect(bench.log.trained.allSatisfy { $0 == Array(1...$0.count) })
        let pruned = try bench.number("SELECT count(*) FROM run WHERE state = 'pruned'")
        #expect(pruned == Int64(lengths.filter { $0 < 9 }.count))
        let again = try bench.search(text).outcome
        #expect(again.trained == 0)
    }

    @Test func aLongerSearchPromotesWhatAShorterOneGaveUp() throws {
        let bench = try Workbench()
        func text(_ trials: Int) -> String {
            Self.text("asha", trials: trials)
                .replacing("trials: \(trials)", with: "trials: \(trials)\n  factor: 3")
        }
        // Of four trials one goes on, and the best is then trained to its end.
        #expect(try bench.search(text(4)).outcome.trained == 1)
        #expect(bench.log.trained.map(\.count).sorted() == [1, 1, 1, 9])
        // Of eight two do; the second has been given up before.
        let events = try bench.search(text(8)).events
        #expect(bench.log.trained.allSatisfy { $0 == Array(1...$0.count) })
        #expect(bench.log.trained.filter { $0.count >= 3 }.count == 2)
        #expect(try bench.number("SELECT count(*) FROM run WHERE state = 'pruned'") == 7)
        #expect(events.contains { if case .cellPaused(_, 3, _, _) = $0 { true } else { false } })
    }

    @Test func aTrialWhoseWorkerKeepsDyingFails() throws {
        let bench = try Workbench()
        let worker = WorkerCommand(executable: URL(fileURLWithPath: "/bin/false"), arguments: [])
        let outcome = try bench.search(Self.text("random", trials: 2), worker: worker).outcome
        #expect(outcome.failed == 2)
        let errors = try bench.store.query("SELECT DISTINCT error FROM run")
        #expect(errors.rows == [[.text("its worker process ended with status 1")]])
    }

    @Test func aTrialOfAnotherSearchIsLeftToIt() throws {
        let bench = try Workbench()
        _ = try bench.search(Self.text("random", trials: 1)) { _ in bench.stop.ask() }
        let run = try bench.number("SELECT min(id) FROM run")
        let environment = RunEnvironment(version: "test", cpu: "test", threads: 1)
        let lease = try #require(
            try bench.store.claim(run, for: Worker(), environment: environment))
        bench.stop.reset()
        // The other search ends its trial once this one has done all the others.
        let outcome = try bench.search(Self.text("random", trials: 3)) { epoch in
            if epoch == 9, bench.log.trained.filter({ $0.count == 9 }).count == 2 {
                _ = try? lease.finish(RunSummary(seconds: 1))
            }
        }.outcome
        #expect(outcome.trained == 3)
        #expect(bench.log.trained.map(\.count).sorted() == [1, 9, 9])
    }

    @Test func aSmallSpaceEndsTheSearch() throws {
        let bench = try Workbench()
        let text = """
            name: search
            grid: {dataset: phantom, model: unet}
            train: {epochs: 2, image: 32, width: 1}
            search: {method: random, trials: 20, space: {loss: {choice: [tv, kltv]}}}
            """
        #expect(try bench.search(text).outcome.trained == 2)
    }

    @Test(arguments: [
        ("method: tpe", "method: tpu", "unknown search method 'tpu'; did you mean 'tpe'?"),
        ("trials: 5", "trials: 0", "'trials' is '0'; expected a whole number from 1"),
        ("learning-rate:", "learning-rat:", "unknown key 'learning-rat' in 'space'"),
        ("log-uniform", "log-unifrom", "did you mean 'log-uniform'?"),
        ("[1e-5, 1e-1]", "[1e-1, 1e-5]", "expected two rising numbers"),
        ("loss: tv", "loss: [tv, kltv]", "'loss' is 'a list'; expected one value beside 'search'"),
    ])
    func mistakesAreNamed(_ old: String, _ new: String, _ part: String) {
        let text = Self.text("tpe", trials: 5).replacing(old, with: new)
        let error = #expect(throws: SpecError.self) {
            try Spec(
                text: text, path: "e.yaml", vocabulary: Zoo.standard.vocabulary(reports: ["sweep"]))
        }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "none")")
    }
}
