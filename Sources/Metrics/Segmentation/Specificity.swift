extension ConfusionCounts {
    /// TN / (TN + FP); without negatives, 1 when there is no error and 0 otherwise.
    public var specificity: Double { ratio(trueNegatives, trueNegatives + falsePositives) }
}

extension MetricEntry {
    /// Specificity TN / (TN + FP), in `[0, 1]`.
    public static let specificity = overlap(
        "specificity", title: "SP", citation: "Yerushalmy 1947", \.specificity)
}
