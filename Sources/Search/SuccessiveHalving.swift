/// Asynchronous successive halving: which paused trials go on, and which are given up.
///
/// Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020. Every trial
/// trains to the first rung and pauses there with its checkpoint; a paused trial goes on to the
/// next rung as soon as it is among the best `1 / factor` of those that reached its rung.
public struct SuccessiveHalving: Sendable, Hashable {
    /// Epochs at which trials pause, rising; the last is the full length.
    public let rungs: [Int]
    /// Only one of this many trials goes on from a rung.
    public let factor: Int

    /// Rungs at `minimum`, `minimum * factor`, … up to `maximum`, which is always the last.
    public init(minimum: Int, maximum: Int, factor: Int) {
        precondition(minimum >= 1 && factor >= 2, "minimum \(minimum), factor \(factor)")
        var rungs: [Int] = []
        var epochs = minimum
        while epochs < maximum {
            rungs.append(epochs)
            epochs *= factor
        }
        self.rungs = rungs + [maximum]
        self.factor = factor
    }

    /// A trial as the halving sees it.
    public struct Trial: Sendable, Hashable {
        /// Its number.
        public var number: Int
        /// Loss at each rung that it has reached, from the first.
        public var losses: [Double]
        /// Whether it is under training now.
        public var isRunning: Bool

        /// The trial of that number.
        public init(number: Int, losses: [Double], isRunning: Bool) {
            self.number = number
            self.losses = losses
            self.isRunning = isRunning
        }
    }

    /// The paused trial that should go on now, from the highest rung down, or nil where a new
    /// trial should start.
    public func promotion(among trials: [Trial]) -> Int? {
        for rung in stride(from: rungs.count - 2, through: 0, by: -1) {
            let reached = trials.filter { $0.losses.count > rung && $0.losses[rung].isFinite }
            let places = reached.count / factor
            let best = reached.sorted {
                ($0.losses[rung], $0.number) < ($1.losses[rung], $1.number)
            }
            .prefix(places)
            if let next = best.first(where: { $0.losses.count == rung + 1 && !$0.isRunning }) {
                return next.number
            }
        }
        return nil
    }

    /// The epoch up to which a trial trains next, given the rungs that it has reached.
    public func target(afterRungs reached: Int) -> Int {
        rungs[min(reached, rungs.count - 1)]
    }
}
