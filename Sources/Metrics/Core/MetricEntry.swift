public import Domain

/// A segmentation metric as the registry, the store and the reports know it.
public struct MetricEntry: Sendable {
    /// How the values of many images become one.
    public enum Reduction: Sendable {
        /// A formula over the pixels of all images together.
        case counts(@Sendable (PooledCounts) -> Double)
        /// The mean of the images' values.
        case mean
    }

    /// The name in SQL, JSON and reports: `dice`, `published/js`, …
    public let name: String
    /// Column title in reports.
    public let title: String
    /// `pixels`, or empty for a ratio in `[0, 1]`.
    public let unit: String
    /// Which way is better.
    public let direction: MetricDirection
    /// Where the definition comes from.
    public let citation: String
    /// The value of one image.
    public let measure: @Sendable (SegmentationCase) -> Double
    /// The value of a whole split.
    public let reduction: Reduction

    /// True where larger values are better.
    public var higherIsBetter: Bool { direction == .higherIsBetter }

    /// The structure that the published tables are about, where a run has several.
    static let publishedOf = "lungs"

    /// True for the definitions of the published tables (`published/…`).
    public var isPublished: Bool { name.hasPrefix("published/") }

    /// Describes a metric.
    public init(
        _ name: String, title: String, unit: String = "",
        direction: MetricDirection = .higherIsBetter,
        citation: String, reduction: Reduction,
        measure: @escaping @Sendable (SegmentationCase) -> Double
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.direction = direction
        self.citation = citation
        self.measure = measure
        self.reduction = reduction
    }

    /// A metric that is one formula of pixel counts, foreground positive, per image and pooled.
    static func overlap(
        _ name: String, title: String, citation: String,
        _ formula: @escaping @Sendable (ConfusionCounts) -> Double
    ) -> MetricEntry {
        MetricEntry(
            name, title: title, citation: citation,
            reduction: .counts { formula($0.foreground) }, measure: { formula($0.counts) })
    }

    /// As `overlap`, with the positive class of the published tables.
    static func published(
        _ name: String, title: String, citation: String,
        _ formula: @escaping @Sendable (ConfusionCounts) -> Double
    ) -> MetricEntry {
        MetricEntry(
            "published/" + name, title: title, citation: citation,
            reduction: .counts { formula($0.published) }, measure: { formula($0.publishedCounts) })
    }

    /// A distance between boundaries in pixels; over many images, the mean of their values.
    static func distance(
        _ name: String, title: String, citation: String,
        _ measure: @escaping @Sendable (SegmentationCase) -> Double
    ) -> MetricEntry {
        MetricEntry(
            name, title: title, unit: "pixels", direction: .lowerIsBetter, citation: citation,
            reduction: .mean, measure: measure)
    }
}

/// The pixels of all images of a split.
public struct PooledCounts: Sendable, Hashable {
    /// Foreground positive in every image.
    public var foreground = ConfusionCounts()
    /// Each image with its own polarity.
    public var published = ConfusionCounts()

    /// No images yet.
    public init() {}
}
