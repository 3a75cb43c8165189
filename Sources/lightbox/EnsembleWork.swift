import Assembly
import Datasets
import Domain
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
        let reading = LineProgress("reading images:")
        let shelf = ExternalEvaluation.shelf(root, telling: isQuiet ? nil : reading)
        let evaluator = EnsembleEvaluator(
            ExternalEvaluator(
                shelf: shelf, store: store,
                stop: ExternalEvaluation.stopSignal(after: "the current image"), code: Version.code),
            version: Version.text)
        let context = ComputeContext(threads: threads ?? Machine.processors)
        let plan = try evaluator.plan(
            runs, on: datasets, weights: weights, isMirrored: isMirrored, context: context)
        reading.finish()
        return try ExternalEvaluation.carryOut(
            plan.titles, notes: plan.notes, problems: plan.problems, isQuiet: isQuiet,
            isDryRun: isDryRun
        ) { try evaluator.run(plan, observe: $0) }
    }
}
