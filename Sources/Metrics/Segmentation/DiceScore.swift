extension ConfusionCounts {
    /// 2 TP / (2 TP + FP + FN); 1 where both masks are empty.
    public var dice: Double {
        ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
    }
}

extension MetricEntry {
    /// Dice score 2 TP / (2 TP + FP + FN), in `[0, 1]`; 1 where both masks are empty.
    public static let dice = overlap("dice", title: "Dice", citation: "Dice 1945", \.dice)
}
