import RunStore

/// A trial of a search: a cell, its run and what is known of it.
struct Trial {
    let number: Int
    let cell: Cell
    let point: [Double]
    let run: RunID
    var state: RunState
    /// Best value of the objective up to each epoch, from epoch 1; NaN before the first value.
    var bestByEpoch: [Double] = []
    var isRunning = false

    /// Last epoch with a value.
    var lastEpoch: Int { bestByEpoch.count }

    /// Takes in the objective's curve.
    mutating func learn(_ curve: [(epoch: Int, value: Double)], isMaximised: Bool) {
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
