/// Collects the images of a split and reduces them: values per image, their mean, and pooled values.
public struct SegmentationEvaluation: Sendable {
    /// The values of one structure of one image.
    public struct ImageResult: Sendable {
        /// The example's id.
        public let id: String
        /// Which of the K structures.
        public let structure: Int
        /// Metric name to value.
        public let values: [String: Double]
    }

    /// What is measured.
    public let metrics: [MetricEntry]
    /// One result an image, in the order in which they were added.
    public private(set) var images: [ImageResult] = []
    private var counts = PooledCounts()
    private var boundary = BoundaryCalibration()

    /// Starts empty; measures every registered metric unless told otherwise.
    public init(metrics: [MetricEntry] = MetricRegistry.all) {
        self.metrics = metrics
    }

    /// Adds one structure of one image, with the probability of each pixel where that is known.
    public mutating func update(
        _ example: SegmentationCase, id: String, structure: Int = 0, probabilities: [Float] = []
    ) {
        if !probabilities.isEmpty {
            boundary.add(target: example.target, probabilities: probabilities)
        }
        var values: [String: Double] = [:]
        for metric in metrics { values[metric.name] = metric.measure(example) }
        images.append(ImageResult(id: id, structure: structure, values: values))
        counts.foreground += example.counts
        counts.published += example.publishedCounts
    }

    /// Mean over images of each metric; empty without images.
    public var means: [String: Double] {
        guard !images.isEmpty else { return [:] }
        var result: [String: Double] = [:]
        for metric in metrics { result[metric.name] = mean(metric.name) }
        return result
    }

    /// Each metric over the whole split: overlap metrics from the pixels of all images together,
    /// distances and SSIM as the mean over images, and the calibration of the pixels at boundaries
    /// where probabilities are known. Empty without images.
    public var pooled: [String: Double] {
        guard !images.isEmpty else { return [:] }
        var result = boundary.values
        for metric in metrics {
            switch metric.reduction {
            case .counts(let formula): result[metric.name] = formula(counts)
            case .mean: result[metric.name] = mean(metric.name)
            }
        }
        return result
    }

    private func mean(_ name: String) -> Double {
        images.reduce(0) { $0 + ($1.values[name] ?? 0) } / Double(images.count)
    }
}
