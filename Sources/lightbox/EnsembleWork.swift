import Assembly
import Console
import Datasets
import Domain
import Foundation
import RunStore
import Runner
import TensorCore

/// Has several runs evaluated as one and tells people of it.
struct EnsembleWork {
    /// Names of the data sets; none for the runs' own.
    let datasets: [String]
    let weights: [WeightsKind]
    let isMirrored: Bool
    let root: DataRoot
    let threads: Int?
    let isQuiet: Bool

    /// Evaluates the ensemble of `runs`; in a dry run prints what would be done.
    func run(
        _ runs: [RunID], in store: RunStore, isDryRun: Bool
    ) throws -> ExternalEvaluation.Result {
        guard runs.count > 1 || isMirrored else {
            throw CommandFailure(
                .usage,
                "--ensemble: run \(runs[0]) alone is none; expected several runs, or --mirror")
        }
        let stop = StopSignal()
        stop.listen { count in
            if count > 1 { _exit(130) }
            Printer.errors.say("stopping after the current image; once more stops at once")
        }
        let evaluator = EnsembleEvaluator(
            ExternalEvaluator(
                shelf: DatasetShelf(root: root), store: store, stop: stop, code: Version.code),
            version: Version.text)
        let context = ComputeContext(threads: threads ?? Machine.processors)
        let plan = try evaluator.plan(
            runs, on: datasets, weights: weights, isMirrored: isMirrored, context: context)
        if !isQuiet { for note in plan.notes { Printer.errors.say(note) } }
        for problem in plan.problems { Printer.errors.say("lightbox: \(problem)") }
        var outcome = ExternalEvaluator.Outcome()
        if isDryRun {
            try Printer.standard.print(plan.titles)
        } else {
            outcome = try evaluator.run(plan) { [isQuiet] in
                ExternalEvaluation.tell($0, isQuiet: isQuiet)
            }
        }
        return ExternalEvaluation.Result(
            outcome: outcome, problems: plan.problems.count, hasNotes: !plan.notes.isEmpty)
    }
}
