public import Domain
public import NN
public import TensorCore

/// A way to train: which networks there are, what a step does, what is evaluated.
///
/// Conformers hold no state; one value may serve many runs at once, each with its own context.
public protocol Procedure: Sendable {
    /// Refuses what cannot be trained, before anything is computed.
    func check(_ request: RunRequest) throws

    /// Trains from the start, or from the checkpoint in the request's folder.
    ///
    /// Bit for bit the same for the same request, with any number of threads, and however often
    /// the run was interrupted and continued.
    ///
    /// - Parameters:
    ///   - observer: told of every step and epoch, from this thread; an error that it throws ends
    ///     the run.
    ///   - shouldStop: asked after each step and after each epoch but the last; true saves a
    ///     checkpoint and throws `TrainingError.interrupted`.
    /// - Throws: `TrainingError`, `SafetensorsError`, and what the observer throws.
    func run(
        _ request: RunRequest, context: ComputeContext,
        observer: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> RunOutcome

    /// What trained weights achieve on the test images of the request, exactly as a run that ends
    /// measures its own.
    ///
    /// - Parameter weights: all tensors of the procedure's networks, under the names of its files.
    /// - Throws: `TrainingError.wrongWeights` where they are another network's.
    func evaluate(
        _ request: RunRequest, weights: [NamedTensor], as kind: WeightsKind,
        context: ComputeContext
    ) throws -> Evaluation
}
