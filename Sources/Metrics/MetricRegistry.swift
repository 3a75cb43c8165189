/// Every segmentation metric; a new one is one file and one line here.
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
