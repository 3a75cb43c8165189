package import RunStore

/// A trial of a search: its point and what is known of it.
package struct Trial {
    /// Its number, from 0.
    package let number: Int
    /// Its place in the search space.
    package let point: [Double]
    /// How far it is.
    package var state = RunState.queued
    /// Best value of the objective up to each epoch, from epoch 1; NaN before the first value.
    private(set) var bestByEpoch: [Double] = []
    /// Whether it is under training by this search.
    var isRunning = false
    /// Whether it is under training by another search on the same store.
    var isElsewhere = false

    /// A trial that has not begun.
    package init(number: Int, point: [Double]) {
        self.number = number
        self.point = point
    }

    /// Last epoch with a value.
    var lastEpoch: Int { bestByEpoch.count }

    /// Takes in the objective's curve.
    package mutating func learn(_ curve: [(epoch: Int, value: Double)], isMaximised: Bool) {
        bestByEpoch = []
        for (epoch, value) in curve where epoch > 0 {
            while bestByEpoch.count < epoch - 1 { bestByEpoch.append(bestByEpoch.last ?? .nan) }
            guard bestByEpoch.count < epoch else { continue }
            let before = bestByEpoch.last ?? .nan
            let isBetter = isMaximised ? value > before : value < before
            bestByEpoch.append(before.isNaN || isBetter ? value : before)
        }
    }

    /// What is to be made small, up to an epoch; NaN where there is no value.
    func loss(upTo epoch: Int, isMaximised: Bool) -> Double {
        guard epoch > 0, let value = bestByEpoch.prefix(epoch).last else { return .nan }
        return isMaximised ? -value : value
    }
}
