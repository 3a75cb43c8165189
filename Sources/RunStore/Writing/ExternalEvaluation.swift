public import Domain

/// What a completed run's weights achieve on another data set than the run's own.
public struct ExternalEvaluation: Sendable {
    /// The run.
    public var run: RunID
    /// The data set, with the images that were evaluated among its own.
    public var dataset: DatasetRecord
    /// SHA-256 of the file of weights.
    public var weightsDigest: String
    /// Digest of the code that evaluated; nil when unknown.
    public var code: String?
    /// What was measured; of its part of a split nothing is kept.
    public var record: EvaluationRecord

    /// An evaluation.
    public init(
        run: RunID, dataset: DatasetRecord, weightsDigest: String, code: String?,
        record: EvaluationRecord
    ) {
        self.run = run
        self.dataset = dataset
        self.weightsDigest = weightsDigest
        self.code = code
        self.record = record
    }
}

/// Weights that were evaluated on another data set than the run's own.
public struct ExternalResult: Sendable, Hashable {
    /// Name and fingerprint of the data set.
    public let dataset: String, fingerprint: String
    /// Which weights, and the SHA-256 of their file.
    public let weights: WeightsKind, weightsDigest: String

    /// The evaluation of such weights on that data set.
    public init(dataset: String, fingerprint: String, weights: WeightsKind, weightsDigest: String) {
        self.dataset = dataset
        self.fingerprint = fingerprint
        self.weights = weights
        self.weightsDigest = weightsDigest
    }
}
