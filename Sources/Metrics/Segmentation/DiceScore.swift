extension MetricEntry {
    /// Dice score 2 TP / (2 TP + FP + FN), in `[0, 1]`; 1 where both masks are empty.
    public static let dice = overlap("dice", title: "Dice", citation: "Dice 1945") {
        $0.ratio(2 * $0.truePositives, 2 * $0.truePositives + $0.falsePositives + $0.falseNegatives)
    }
}
