/// Every segmentation metric; a new one is one file and one line here.
///
/// ```swift
/// let left = BinaryMask([1, 1, 0, 0], height: 2, width: 2)
/// let top = BinaryMask([1, 0, 1, 0], height: 2, width: 2)
/// let example = SegmentationCase(target: left, prediction: top)
/// let dice = MetricRegistry.find("dice")?.measure(example)  // 0.5
/// ```
public enum MetricRegistry {
    /// The standard set, then the definitions of the published tables.
    public static let all: [MetricEntry] = [
        .dice, .jaccard, .f1, .sensitivity, .specificity, .precision, .recall, .accuracy,
        .hausdorff, .hausdorff95, .averageSurfaceDistance, .structuralSimilarity,
        .publishedJaccard, .publishedDice, .publishedStructuralSimilarity, .publishedF1,
        .publishedHausdorff, .publishedHausdorffReverse, .publishedHausdorffSymmetric,
        .publishedSensitivity, .publishedSpecificity, .publishedPrecision, .publishedRecall,
    ]

    /// The standard set.
    public static var standard: [MetricEntry] { all.filter { !$0.isPublished } }

    /// The definitions of the published tables.
    public static var published: [MetricEntry] { all.filter(\.isPublished) }

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The metric of that name.
    public static func find(_ name: String) -> MetricEntry? { all.first { $0.name == name } }
}
