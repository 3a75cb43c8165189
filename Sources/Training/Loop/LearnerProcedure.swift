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
}
