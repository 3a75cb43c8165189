public import Domain
internal import GRDB

/// What a run's weights achieve on a part of its split.
public struct EvaluationRecord: Sendable {
    /// A class predicted for an image.
    public struct Prediction: Sendable, Hashable {
        /// Name of the image.
        public var image: String
        /// Its class; nil when unknown.
        public var target: String?
        /// The class predicted.
        public var predicted: String
        /// Probability of the predicted class, 0...1.
        public var probability: Double?

        /// A prediction.
        public init(
            image: String, target: String?, predicted: String, probability: Double? = nil
        ) {
            self.image = image
            self.target = target
            self.predicted = predicted
            self.probability = probability
        }
    }

    /// Which weights.
    public var weights: WeightsKind
    /// On which part.
    public var split: SplitPart
    /// Epoch of the weights.
    public var epoch: Int?
    /// Names of the images, in the order of `values`.
    public var images: [String]
    /// Per metric name, one value an image (in the order of `images`); NaN is kept as NULL.
    public var values: [String: [Double]]
    /// Metrics over all images' pixels together, by name.
    public var pooled: [String: Double]
    /// Per class name, its metrics by name (`precision`, `recall`, `f1`).
    public var classes: [String: [String: Double]]
    /// Predicted classes of images; the confusion counts are made from those with a target.
    public var predictions: [Prediction]

    /// An evaluation.
    public init(
        weights: WeightsKind, split: SplitPart, epoch: Int? = nil, images: [String],
        values: [String: [Double]], pooled: [String: Double] = [:],
        classes: [String: [String: Double]] = [:], predictions: [Prediction] = []
    ) {
        self.weights = weights
        self.split = split
        self.epoch = epoch
        self.images = images
        self.values = values
        self.pooled = pooled
        self.classes = classes
        self.predictions = predictions
    }
}

extension EvaluationRecord {
    /// The pooled figure of validation images: the probability from which on a pixel should be
    /// foreground, for the highest mean Dice.
    public static let threshold = "threshold"

    /// The same of one of several structures.
    public static func threshold(of structure: String) -> String { "\(threshold)/\(structure)" }
}

extension RunStore {
    /// The thresholds that were best on a run's validation images, by name; empty where there are none.
    public func thresholds(of run: RunID, weights: WeightsKind) throws -> [String: Double] {
        try read { db in
            var found: [String: Double] = [:]
            let name = EvaluationRecord.threshold
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT name, pooled FROM result WHERE run = ?1 AND weights = ?2
                        AND split = 'validation' AND (name = ?3 OR name GLOB ?3 || '/*')
                    """, arguments: [run, weights.rawValue, name]
            ) { found[try $0[0]] = try $0[1] as Double? }
            return found
        }
    }
}
