public import Domain
internal import Metrics

extension ProcedureEntry {
    /// A curve that runs log each epoch and that says how good they are.
    public struct Figure: Sendable, Hashable {
        /// Its name within the part, such as `dice`.
        public let name: String
        /// Which end of it is the good one.
        public let direction: MetricDirection
    }

    /// The loss over the images that the procedure trains on.
    public var trainingFigures: [Figure] { [.loss] }

    /// What the procedure says about the validation images after each epoch.
    public var validationFigures: [Figure] {
        let classes = ClassificationMetricRegistry.all.map {
            Figure(name: $0.name, direction: $0.direction)
        }
        guard results.contains(.masks) else { return classes + [.loss] }
        // Beside masks only the share of right classes is followed.
        let followed = classes.filter { $0.name == "class-accuracy" }
        let critics = settings.contains { $0 == AdversarialSettings.self } ? Figure.critics : []
        return [.dice, .loss] + (results.contains(.classes) ? followed : []) + critics
    }
}

extension ProcedureEntry.Figure {
    /// The probability of "predicted" that a critic gives to true, other images' and empty masks.
    fileprivate static let critics = [
        Self(name: "critic-true", direction: .lowerIsBetter),
        Self(name: "critic-foreign", direction: .higherIsBetter),
        Self(name: "critic-empty", direction: .higherIsBetter),
    ]
    /// The mean Dice, by which masks are judged.
    static let dice = Self(name: MetricEntry.dice.name, direction: MetricEntry.dice.direction)
    fileprivate static let loss = Self(name: "loss", direction: .lowerIsBetter)
}
