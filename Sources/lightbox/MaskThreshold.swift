import ArgumentParser
import Domain
import Inference
import RunStore

/// From which probability on a pixel is foreground, as `predict --threshold` says it.
enum MaskThreshold: ExpressibleByArgument {
    case number(Float)
    /// What was best on the validation images of each run.
    case validation

    init?(argument: String) {
        if argument == "validation" {
            self = .validation
        } else if let number = Float(argument), number > 0, number < 1 {
            self = .number(number)
        } else {
            return nil
        }
    }

    /// The cut of each structure; of several runs the mean of theirs.
    ///
    /// - Throws: `CommandFailure` where structures exclude each other, and where a run has no such cut.
    func cuts(
        of ensemble: Ensemble, weights: WeightsKind, in store: RunStore
    ) throws -> [Float] {
        guard !ensemble.areExclusive else {
            throw CommandFailure(
                .usage,
                "--threshold: the structures of run \(ensemble.members[0].id) exclude each other, and "
                    + "the most probable one wins; expected none")
        }
        if case .number(let cut) = self { return ensemble.structures.map { _ in cut } }
        var sums = [Double](repeating: 0, count: ensemble.structures.count)
        for member in ensemble.members {
            let known = try store.thresholds(of: member.id, weights: weights)
            for (index, name) in ensemble.structures.enumerated() {
                let key = sums.count > 1 ? EvaluationRecord.threshold(of: name) : nil
                guard let cut = known[key ?? EvaluationRecord.threshold] else {
                    throw CommandFailure(
                        .noInput,
                        "--threshold: run \(member.id) has no threshold of its validation images "
                            + "('\(weights.rawValue)' weights), as runs of an earlier Lightbox; train it "
                            + "again with 'lightbox sweep --retrain', or give a number")
                }
                sums[index] += cut
            }
        }
        return sums.map { Float($0 / Double(ensemble.members.count)) }
    }
}
