extension MetricEntry {
    /// The published SSIM: as `ssim`, which is the definition that fits the tables best.
    public static let publishedStructuralSimilarity = MetricEntry(
        "published/ssim", title: "SSIM (published)",
        citation: "Imran & Terzopoulos 2019; scikit-image defaults", reduction: .mean
    ) { StructuralSimilarity.of($0.target, $0.prediction) }
}
