public import Domain
public import Foundation
public import Metrics

/// The figures of one set of weights on one split.
public struct Evaluation: Sendable {
    /// Which weights.
    public let weights: WeightsKind
    /// Which images.
    public let split: SplitPart
    /// Masks; nil where the procedure does not segment.
    public let segmentation: SegmentationEvaluation?
    /// Classes; nil where the procedure does not classify.
    public let classification: ClassificationEvaluation?
    /// On validation images, by structure: the probability from which on the mean Dice is highest; empty
    /// where structures exclude each other, and where no probabilities are known.
    public var thresholds: [(structure: String, value: Double)] {
        guard split == .validation, let segmentation, !areExclusive else { return [] }
        return zip(segmentation.structures, segmentation.bestCuts).compactMap { name, cut in
            cut.map { (name, $0) }
        }
    }
    /// Whether a pixel shows one structure at most, the most probable one.
    public let areExclusive: Bool
    /// Classes told from image and drawn mask, which a test would not have; nil where the
    /// procedure has no such classifier.
    public let oracleClassification: ClassificationEvaluation?

    /// The figures of those weights on that split.
    public init(
        weights: WeightsKind, split: SplitPart, segmentation: SegmentationEvaluation?,
        classification: ClassificationEvaluation?, oracleClassification: ClassificationEvaluation?,
        areExclusive: Bool = false
    ) {
        self.weights = weights
        self.split = split
        self.segmentation = segmentation
        self.classification = classification
        self.oracleClassification = oracleClassification
        self.areExclusive = areExclusive
    }
}

/// A file that a run leaves.
public struct RunArtifact: Sendable, Hashable {
    /// "weights-best", "weights-last"; "masks-test" of predicted masks; "program-file" of one that a
    /// program left.
    public let kind: String
    /// Where it is.
    public let path: URL

    /// A file of that kind.
    public init(kind: String, path: URL) {
        self.kind = kind
        self.path = path
    }
}

/// What a finished run has to show.
public struct RunOutcome: Sendable {
    /// The validation figure by which `bestEpoch` was chosen: "dice" or "class-accuracy".
    public let selection: String
    /// Epoch of the best weights, from 1.
    public let bestEpoch: Int
    /// The figure there; nil without validation images.
    public let bestValue: Double?
    /// Seconds of training and validation, over all parts of a resumed run.
    public let seconds: Double
    /// Training images a second over the whole run; NaN where nobody told.
    public let imagesPerSecond: Double
    /// Best and last weights on the test and the validation split.
    public let evaluations: [Evaluation]
    /// Files that it leaves, such as those of weights.
    public var artifacts: [RunArtifact]
    /// File or folder from which the run could be continued; whoever has stored the outcome removes
    /// it. It may be missing.
    public let checkpoint: URL

    /// What a run has to show; `selection` and the others are as the properties say.
    public init(
        selection: String, bestEpoch: Int, bestValue: Double?, seconds: Double,
        imagesPerSecond: Double, evaluations: [Evaluation], artifacts: [RunArtifact],
        checkpoint: URL
    ) {
        self.selection = selection
        self.bestEpoch = bestEpoch
        self.bestValue = bestValue
        self.seconds = seconds
        self.imagesPerSecond = imagesPerSecond
        self.evaluations = evaluations
        self.artifacts = artifacts
        self.checkpoint = checkpoint
    }
}
