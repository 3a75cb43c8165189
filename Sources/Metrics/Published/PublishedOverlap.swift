// What the tables of Imran & Terzopoulos 2019 hold under the names JS, DS, SN, SP, PR, RC and F1, as
// far as their own numbers tell: "JS" is pixel accuracy and "DS" is 2 JS / (1 + JS), and the positive
// class of the others is the lung in some data sets and the background in others.

extension MetricEntry {
    private static let table = "Imran & Terzopoulos 2019, Tables 1 and 2, as their figures imply"

    /// The published "JS": pixel accuracy.
    public static let publishedJaccard = published(
        "js", title: "JS (published)", citation: table, \.accuracy)

    /// The published "DS": 2 JS / (1 + JS) of the published "JS".
    public static let publishedDice = published("ds", title: "DS (published)", citation: table) {
        2 * $0.accuracy / (1 + $0.accuracy)
    }

    /// The published F1: pooled over pixels, with the data set's polarity.
    public static let publishedF1 = published("f1", title: "F1 (published)", citation: table) {
        let sum = $0.precision + $0.sensitivity
        return sum > 0 ? 2 * $0.precision * $0.sensitivity / sum : 0
    }

    /// The published SN: sensitivity with the data set's polarity.
    public static let publishedSensitivity = published(
        "sn", title: "SN (published)", citation: table, \.sensitivity)

    /// The published SP: specificity with the data set's polarity.
    public static let publishedSpecificity = published(
        "sp", title: "SP (published)", citation: table, \.specificity)

    /// The published PR: precision with the data set's polarity.
    public static let publishedPrecision = published(
        "pr", title: "PR (published)", citation: table, \.precision)

    /// The published RC (RE in Table 2): recall with the data set's polarity.
    public static let publishedRecall = published(
        "rc", title: "RC (published)", citation: table, \.sensitivity)
}
