import RunStore
package import Specification

/// Decides what a search does next, from what is known of its trials.
package struct SearchBoard {
    /// What to do next.
    package enum Move {
        /// Train the trial with that index on, up to the epoch (nil: to its end).
        case train(Int, upTo: Int?)
        /// Begin a new trial.
        case begin
        /// Wait for a running trial.
        case wait
        /// Nothing is left to do.
        case finish
    }

    private(set) var search: SearchSpec
    /// Epochs of a full run.
    let epochs: Int
    /// What is known of every trial, by number.
    package var trials: [Trial] = []

    /// The board of a search whose runs have so many epochs.
    package init(search: SearchSpec, epochs: Int) {
        self.search = search
        self.epochs = epochs
    }

    private var halving: SuccessiveHalving? {
        guard search.method == .asha else { return nil }
        return SuccessiveHalving(
            minimum: min(search.minimumEpochs, epochs), maximum: epochs, factor: search.factor)
    }

    /// The next move.
    ///
    /// First trials that were begun and are open, then promotions, then new trials.
    package var move: Move {
        let isBusy = trials.contains { $0.isRunning || $0.isElsewhere }
        guard let halving else {
            if let open = trials.firstIndex(where: isOpen) { return .train(open, upTo: nil) }
            if trials.count < search.trials { return .begin }
            return isBusy ? .wait : .finish
        }
        let paused = trials.indices.first { index in
            let trial = trials[index]
            return isOpen(trial) && !halving.rungs.contains(trial.lastEpoch)
        }
        if let paused {
            let reached = rungs(of: trials[paused], in: halving)
            return .train(paused, upTo: end(halving.target(afterRungs: reached)))
        }
        let seen = trials.indices.map { index in
            SuccessiveHalving.Trial(
                number: index, losses: losses(of: trials[index], in: halving),
                // What an earlier, shorter search gave up has its checkpoint still.
                isRunning: !isOpen(trials[index]) && trials[index].state != .pruned)
        }
        if let next = halving.promotion(among: seen) {
            let reached = rungs(of: trials[next], in: halving)
            return .train(next, upTo: end(halving.target(afterRungs: reached)))
        }
        if trials.count < search.trials { return .begin }
        if isBusy { return .wait }
        return champion.map { .train($0, upTo: nil) } ?? .finish
    }

    /// Where the last rungs have too few trials for any of them to go on, the best of those that
    /// came farthest: a search should not end without a run that did.
    private var champion: Int? {
        guard !trials.contains(where: { $0.state == .completed }) else { return nil }
        return trials.filter { (isOpen($0) || $0.state == .pruned) && loss(of: $0).isFinite }
            .min { (-$0.lastEpoch, loss(of: $0)) < (-$1.lastEpoch, loss(of: $1)) }?.number
    }

    /// No further trial can be found.
    mutating func endTrials() { search.trials = trials.count }

    /// What the sampler may know: the best loss of every trial that is over or paused.
    package var observations: [Observation] {
        trials.filter { !$0.isRunning && !$0.isElsewhere && $0.lastEpoch > 0 }.map {
            Observation(point: $0.point, loss: loss(of: $0))
        }
    }

    /// The trial with the best value of all; nil before the first value.
    var best: Int? {
        trials.filter { loss(of: $0).isFinite }.min { loss(of: $0) < loss(of: $1) }?.number
    }

    /// The best value of the objective in that trial; NaN before the first.
    func value(of trial: Int) -> Double { trials[trial].bestByEpoch.last ?? .nan }

    private func loss(of trial: Trial) -> Double {
        trial.loss(upTo: trial.lastEpoch, isMaximised: search.isMaximised)
    }

    /// Trials that a search gives up at its end, with the epoch that they reached.
    var givenUp: [Trial] {
        search.method == .asha
            ? trials.filter { $0.state == .interrupted && !$0.isElsewhere } : []
    }

    /// The last rung is the end of training and needs no pause.
    private func end(_ epoch: Int) -> Int? { epoch < epochs ? epoch : nil }

    private func isOpen(_ trial: Trial) -> Bool {
        !trial.isRunning && !trial.isElsewhere
            && (trial.state == .queued || trial.state == .interrupted)
    }

    private func rungs(of trial: Trial, in halving: SuccessiveHalving) -> Int {
        halving.rungs.prefix { $0 <= trial.lastEpoch }.count
    }

    private func losses(of trial: Trial, in halving: SuccessiveHalving) -> [Double] {
        halving.rungs.prefix { $0 <= trial.lastEpoch }.map {
            trial.loss(upTo: $0, isMaximised: search.isMaximised)
        }
    }
}
