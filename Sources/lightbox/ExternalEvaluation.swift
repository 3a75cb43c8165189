import Assembly
import Console
import Datasets
import Domain
import Foundation
import RunStore
import Runner
import Wording

/// Has runs evaluated on other data sets and tells people of it: for `evaluate`, and for a sweep whose
/// file says `evaluate:`.
struct ExternalEvaluation {
    /// Names of the data sets.
    let datasets: [String]
    let weights: [WeightsKind]
    let root: DataRoot
    let jobs: Int?, threads: Int?
    let isQuiet: Bool

    /// What came of it.
    struct Result {
        let outcome: ExternalEvaluator.Outcome
        /// Pairs of runs and data sets that cannot be evaluated, as sentences.
        let problems: Int
        /// Whether anything was left out on purpose.
        let hasNotes: Bool

        /// `3 evaluated, 1 in the store before`.
        var summary: String {
            let failed = outcome.failed > 0 ? ", \(outcome.failed) failed" : ""
            return "\(outcome.made) evaluated, \(outcome.done) in the store before\(failed)"
        }

        /// - Throws: `CommandFailure` where something that was asked for is not there now.
        func end() throws {
            if outcome.isInterrupted {
                throw CommandFailure(
                    .interrupted, "interrupted; the same command continues where it stopped")
            }
            if outcome.failed + problems > 0 { throw CommandFailure(.failed) }
            if outcome.made + outcome.done == 0, hasNotes {
                throw CommandFailure(.failed, "nothing was evaluated")
            }
        }
    }

    /// Evaluates `runs`; in a dry run prints what would be done.
    func run(_ runs: [RunID], in store: RunStore, isDryRun: Bool = false) throws -> Result {
        let reading = LineProgress("reading images:")
        let evaluator = ExternalEvaluator(
            shelf: Self.shelf(root, telling: isQuiet ? nil : reading), store: store,
            stop: Self.stopSignal(after: "the current evaluations"), code: Version.code)
        let plan = try evaluator.plan(runs, on: Self.unique(datasets), weights: weights)
        reading.finish()
        return try Self.carryOut(
            plan.titles, notes: plan.notes, problems: plan.problems, isQuiet: isQuiet,
            isDryRun: isDryRun
        ) {
            let processors = Machine.processors
            let jobs = min(jobs ?? processors, max(1, plan.titles.count))
            let threads = min(threads ?? max(1, processors / jobs), processors)
            return try evaluator.run(plan, jobs: jobs, threads: threads, observe: $0)
        }
    }

    /// The data sets, with a count on a terminal while images are decoded.
    static func shelf(_ root: DataRoot, telling reading: LineProgress?) -> DatasetShelf {
        let shelf = DatasetShelf(root: root)
        if let reading { shelf.report { reading.update($1, $2) } }
        return shelf
    }

    /// Listens for Ctrl-C: the first lets `work` be finished, the second ends at once.
    static func stopSignal(after work: String) -> StopSignal {
        let stop = StopSignal()
        stop.listen { count in
            if count > 1 {
                Printer.errors.say(
                    "stopped at once; what was evaluated is kept, and the same command continues")
                _exit(130)
            }
            Printer.errors.say("stopping after \(work); once more stops at once")
        }
        return stop
    }

    /// Says what a plan leaves out, then does its work or, in a dry run, prints what that would be.
    static func carryOut(
        _ titles: [String], notes: [String], problems: [String], isQuiet: Bool, isDryRun: Bool,
        work: (@escaping @Sendable (ExternalEvaluator.Event) -> Void) throws
            -> ExternalEvaluator.Outcome
    ) throws -> Result {
        if !isQuiet { for note in notes { Printer.errors.say(note) } }
        for problem in problems { Printer.errors.say("lightbox: \(problem)") }
        var outcome = ExternalEvaluator.Outcome()
        if isDryRun {
            try Printer.standard.print(titles)
        } else {
            outcome = try work { tell($0, isQuiet: isQuiet) }
        }
        return Result(outcome: outcome, problems: problems.count, hasNotes: !notes.isEmpty)
    }

    /// Says what has become of one evaluation.
    private static func tell(_ event: ExternalEvaluator.Event, isQuiet: Bool) {
        switch event {
        case .made(let name, let number, let count, let figure):
            guard !isQuiet else { return }
            let told = figure.map { ": \($0.text)" } ?? ""
            Printer.errors.say("done   \(number)/\(count) \(name)\(told)")
        case .failed(let title, let reason):
            Printer.errors.say("failed \(title): \(reason)")
        }
    }

    static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
