public import Domain

/// Collects the images of a split and reduces them: values per image, their mean, and pooled values.
///
/// Of several structures each metric has its value for each, named `dice/heart`, and their mean under
/// its own name, `dice`: the mean Dice of the run. The published definitions are those of lungs, so
/// they are measured for those alone.
public struct SegmentationEvaluation: Sendable {
    /// The values of one image.
    public struct ImageResult: Sendable {
        /// The example's id.
        public let id: String
        /// Metric name to value.
        public let values: [String: Double]
    }

    /// What the K masks of an image show.
    public let structures: [String]
    /// What is measured.
    public let metrics: [MetricEntry]
    private var parts: [StructureMeasures]
    package let keepsMasks: Bool
    /// The predicted masks of each structure, where they are kept.
    private var kept: [[MaskRuns]]

    /// Starts empty; measures every registered metric unless told otherwise.
    ///
    /// - Parameter keepsMasks: whether `masks` has the predictions afterwards.
    public init(
        structures: [String] = ["mask"], metrics: [MetricEntry] = MetricRegistry.all,
        keepsMasks: Bool = false
    ) {
        self.keepsMasks = keepsMasks
        kept = structures.map { _ in [] }
        self.structures = structures
        self.metrics = metrics
        parts = structures.map { name in
            StructureMeasures(
                metrics: metrics.filter {
                    !$0.isPublished || structures.count == 1 || name == MetricEntry.publishedOf
                })
        }
    }

    /// The name under which a metric of one of several structures is known: `dice/heart`.
    public static func name(_ metric: String, of structure: String) -> String {
        "\(metric)/\(structure)"
    }

    /// Adds one structure of one image, with the probability of each pixel where that is known.
    ///
    /// - Parameter keeping: the mask that is kept, where it is larger than what is measured.
    public mutating func update(
        _ example: SegmentationCase, id: String, structure: Int = 0, probabilities: [Float] = [],
        keeping mask: BinaryMask? = nil
    ) {
        parts[structure].update(example, id: id, probabilities: probabilities)
        if keepsMasks { kept[structure].append(MaskRuns(mask ?? example.prediction)) }
    }

    /// The predicted masks of each image, one a structure, in the order in which images were added;
    /// nil unless they were to be kept.
    public var masks: [(id: String, runs: [MaskRuns])]? {
        guard keepsMasks, let first = parts.first else { return nil }
        return first.images.indices.map { index in
            (first.images[index].id, kept.map { $0[index] })
        }
    }

    /// One result an image, in the order in which they were added.
    public var images: [ImageResult] {
        guard let first = parts.first else { return [] }
        return first.images.indices.map { index in
            ImageResult(
                id: first.images[index].id, values: united(parts.map { $0.images[index].values }))
        }
    }

    /// Mean over images of each metric; empty without images.
    public var means: [String: Double] { united(parts.map(\.means)) }

    /// Each metric over the whole split: overlap metrics from the pixels of all images together,
    /// distances and SSIM as the mean over images, and the calibration of the pixels at boundaries
    /// where probabilities are known. Empty without images.
    public var pooled: [String: Double] { united(parts.map(\.pooled)) }

    /// The probability of each structure from which on the mean Dice of these images is highest, see
    /// `DiceCut`; nil where no probabilities are known.
    public var bestCuts: [Double?] { parts.map(\.cut.best) }

    /// The values of all structures by their names, and the mean of those that all have.
    private func united(_ values: [[String: Double]]) -> [String: Double] {
        if values.count == 1 { return values[0] }
        var result: [String: Double] = [:]
        for (structure, own) in zip(structures, values) {
            for (metric, value) in own {
                let isPublished = metrics.contains { $0.name == metric && $0.isPublished }
                result[isPublished ? metric : Self.name(metric, of: structure)] = value
            }
        }
        for metric in values[0].keys where result[metric] == nil {
            let all = values.compactMap { $0[metric] }
            if all.count == values.count { result[metric] = all.reduce(0, +) / Double(all.count) }
        }
        return result
    }
}
