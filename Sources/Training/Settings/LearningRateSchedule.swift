internal import Foundation

/// How the learning rates of a run change from its first step to its last, by names in experiment
/// files.
public enum LearningRateSchedule: String, Sendable, CaseIterable {
    /// They do not.
    case constant
    /// In a straight line towards 0.
    case linear
    /// Along half a cosine towards 0 (Loshchilov and Hutter 2017, without restarts).
    case cosine

    /// What the learning rates are multiplied by in step `step` (from 0) of `steps`: 1 in the first
    /// step, falling towards 0, which the step after the last would have.
    public func factor(step: Int, of steps: Int) -> Double {
        let done = Double(step) / Double(max(1, steps))
        switch self {
        case .constant: return 1
        case .linear: return 1 - done
        case .cosine: return 0.5 * (1 + cos(.pi * done))
        }
    }
}
