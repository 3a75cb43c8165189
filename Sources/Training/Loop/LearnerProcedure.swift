internal import Datasets
internal import Domain
internal import NN
internal import TensorCore

/// A procedure that is a learner in the training loop.
protocol LearnerProcedure: Procedure {
    /// The networks, optimisers and step of a request that `check` has passed.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner
}

extension LearnerProcedure {
    /// Checks the request and trains its learner.
    public func run(
        _ request: RunRequest, context: ComputeContext,
        observer: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> RunOutcome {
        try check(request)
        return try TrainingLoop.run(
            request, context: context, learner: makeLearner(request, context: context),
            observer: observer, shouldStop: shouldStop)
    }

    /// Puts the weights into the learner's networks and has it evaluate them.
    public func evaluate(
        _ request: RunRequest, weights: [NamedTensor], as kind: WeightsKind,
        context: ComputeContext
    ) throws -> Evaluation {
        let learner = try makeLearner(request, context: context)
        let stored = Dictionary(
            weights.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        for live in WeightSnapshot.live(learner.networks) {
            guard let tensor = stored[live.name], tensor.shape == live.tensor.shape else {
                throw TrainingError.wrongWeights(tensor: live.name)
            }
            live.tensor.copy(from: tensor)
        }
        return learner.evaluate(kind, split: .test, indices: request.split.test)
    }
}
