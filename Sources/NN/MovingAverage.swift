internal import Foundation
public import TensorCore

/// The bias-corrected exponential moving average of a module's weights (Polyak and Juditsky 1992;
/// Tarvainen and Valpola 2017 as the teacher of a student).
///
/// After step t the average is sum_i a^(t-i) w_i / sum_i a^(t-i) over the weights w_1 … w_t after
/// each step: a mean of weights that there have been, in which those before training have no part.
/// Running statistics are averaged as the weights are.
public struct MovingAverage: Sendable, Hashable {
    /// a: what a step's weights still count one step later, in `0 ..< 1`.
    public let decay: Double

    /// An average of that decay; 0 is the latest weights.
    public init(decay: Double) {
        precondition((0..<1).contains(decay), "a decay of \(decay) is not in 0 ..< 1")
        self.decay = decay
    }

    /// The share of the average that step `step`, from 1, keeps: a (1 - a^(t-1)) / (1 - a^t).
    public func keep(atStep step: Int) -> Double {
        precondition(step > 0, "steps count from 1, not from \(step)")
        return decay * (1 - pow(decay, Double(step - 1))) / (1 - pow(decay, Double(step)))
    }

    /// Takes the weights and states of `module` after step `step`, from 1, into those of `average`,
    /// a module of the same design.
    public func update(
        _ average: any Module, with module: any Module, step: Int, in context: ComputeContext
    ) {
        let keep = keep(atStep: step)
        let (own, new) = (average.weights, module.weights)
        precondition(own.map(\.name) == new.map(\.name), "averages need one design")
        for (own, new) in zip(own, new) {
            own.tensor.average(with: new.tensor, keep: keep, in: context)
        }
    }
}
