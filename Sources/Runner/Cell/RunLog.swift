import Training
import Wording

/// The last lines of what a run has told: what its record keeps when it fails.
struct RunLog {
    private static let limit = 12

    private var lines: [String] = []
    /// The step under way, which replaces the one before.
    private var step: String?

    /// The lines, oldest first.
    var text: String { (lines + [step].compactMap(\.self)).joined(separator: "\n") }

    mutating func add(_ event: TrainingEvent) {
        switch event {
        case .started(let epochs, let steps, let epoch, let done):
            let place = done > 0 ? "epoch \(epoch) after step \(done)" : "epoch \(epoch)"
            let size = steps > 0 ? " of \(Plural.count(steps, "step"))" : ""
            add("started at \(place) of \(Plural.count(epochs, "epoch"))\(size)")
        case .step(let epoch, let step, let steps, let loss, _):
            self.step = "epoch \(epoch) step \(step)/\(steps): loss \(ProgressText.loss(loss))"
        case .epoch(let report):
            let figures = report.validation.sorted { $0.key < $1.key }
                .map { ", validation \($0.key) \(ProgressText.loss($0.value))" }
            add(
                "epoch \(report.epoch)/\(report.epochs): loss "
                    + ProgressText.loss(report.trainLoss) + figures.joined())
        case .note(_, let message):
            add(message)
        case .saving: break
        }
    }

    private mutating func add(_ line: String) {
        step = nil
        lines = (lines + [line]).suffix(Self.limit)
    }
}
