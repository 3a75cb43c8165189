public import Domain
import Metrics
import RunStore
package import Training

/// What a search looks for: the best value of a curve, up or down.
public struct SearchObjective: Sendable, Hashable, CustomStringConvertible {
    /// Whose curve it is.
    public let split: SplitPart
    /// The curve's name within the part.
    public let name: String
    /// Whether large values are good.
    public let isMaximised: Bool

    /// The mean Dice of the validation images.
    public static let validationDice = SearchObjective(
        .validation, MetricEntry.dice.name, isMaximised: true)

    /// The best of a curve.
    public init(_ split: SplitPart, _ name: String, isMaximised: Bool) {
        self.split = split
        self.name = name
        self.isMaximised = isMaximised
    }

    /// As experiment files write it: "validation/dice".
    public var description: String { "\(split.rawValue)/\(name)" }
}

extension ProcedureEntry {
    /// What a search may look for in the procedure's runs; the first is the usual one.
    package var objectives: [SearchObjective] {
        func objectives(_ part: SplitPart, _ figures: [Figure]) -> [SearchObjective] {
            figures.map {
                SearchObjective(part, $0.name, isMaximised: $0.direction == .higherIsBetter)
            }
        }
        return objectives(.validation, validationFigures) + objectives(.train, trainingFigures)
    }
}

extension RunObjective {
    /// The objective as the store keeps it.
    init(_ objective: SearchObjective) {
        self.init(
            split: objective.split.rawValue, name: objective.name,
            direction: objective.isMaximised ? .higherIsBetter : .lowerIsBetter)
    }
}
