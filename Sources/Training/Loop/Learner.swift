internal import Datasets
internal import Domain
internal import Metrics
internal import NN
internal import TensorCore

/// What a procedure adds to the training loop: its networks, its step, its evaluation.
///
/// A step depends on nothing but the position, the weights, the optimisers' moments and the
/// networks' states. That is all a checkpoint holds, so a resumed run is bit for bit the same.
protocol Learner: AnyObject {
    /// The networks that are tested, each with the prefix of its names in files ("" for the main
    /// one).
    var networks: [(prefix: String, module: any Module)] { get }
    /// Networks that training goes on with and that no file of weights needs, such as the student of
    /// a tested teacher; checkpoints have them under their prefixes.
    var companions: [(prefix: String, module: any Module)] { get }
    /// The optimisers, each with a name of its own; the first is the main network's.
    var optimisers: [(name: String, optimiser: any Optimizer)] { get }
    /// The validation figure that chooses the best epoch; larger is better.
    var selection: String { get }

    /// How many steps an epoch has.
    var stepsPerEpoch: Int { get }

    /// Makes one step.
    func step(at position: StepPosition) throws -> StepResult

    /// Figures of the validation images by name; empty without images. The networks do not change.
    func validate() -> [String: Double]

    /// What the figures of the last epoch's validation say that a reader of the results should know, a
    /// sentence each.
    func warnings(on validation: [String: Double]) -> [String]

    /// Everything about the images of a split.
    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation
}

extension Learner {
    /// No others.
    var companions: [(prefix: String, module: any Module)] { [] }

    /// Nothing.
    func warnings(on validation: [String: Double]) -> [String] { [] }
}

/// Where in a run a step stands; all randomness of the step comes from it.
struct StepPosition {
    let seed: UInt64
    /// From 0.
    let epoch: Int
    /// Step of the epoch, from 0.
    let step: Int
    let stepsPerEpoch: Int

    /// Steps of the run before this one.
    var index: Int { epoch * stepsPerEpoch + step }

    /// A source for this step's use of the name `stream`.
    func random(_ stream: String) -> RandomSource {
        RandomSource(seed: seed, stream: "\(stream)/\(index)")
    }
}

/// The values of one step.
struct StepResult {
    /// Images of the main network's batch.
    let images: Int
    /// The main network's loss.
    let loss: Double
    /// Every term of every loss, by name.
    let terms: [(name: String, value: Double)]
}
