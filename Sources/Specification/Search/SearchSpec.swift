/// The `search` section of an experiment: instead of a grid, trials that a method proposes.
public struct SearchSpec: Sendable, Hashable {
    /// How the next trial is chosen.
    public enum Method: String, Sendable, CaseIterable {
        /// Independent draws.
        case random
        /// An even cover of the space.
        case halton
        /// Where good trials are dense (tree-structured Parzen estimator).
        case tpe
        /// An even cover, whose worse trials are given up early (asynchronous successive halving).
        case asha
    }

    /// How the next trial is chosen.
    public var method = Method.tpe
    /// The curve whose best value counts.
    public var objective = SearchObjective.validationDice
    /// Number of trials.
    public var trials = 20
    /// Seed of the proposals (not of the training).
    public var seed: UInt64 = 1
    /// Epochs of the first rung of `asha`.
    public var minimumEpochs = 1
    /// Only one of so many trials goes on from a rung of `asha`.
    public var factor = 3
    /// Where to look.
    public var space = SearchSpace([])

    /// A search with those defaults and nowhere to look.
    public init() {}

    /// What will be tried, in one line.
    public var summary: String {
        let ranges = space.parameters.map { "\($0.name) \($0.range.summary)" }
        return "\(trials) trials of \(method.rawValue) over " + ranges.joined(separator: ", ")
    }

    /// Whether a large value of the objective is good.
    package var isMaximised: Bool { objective.isMaximised }
}
