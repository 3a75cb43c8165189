/// How the series of a chart are told apart: colour for those who see it, dashes and markers for
/// everybody else and for gray prints.
struct ChartStyle {
    let colour: String
    let dash: String?
    let marker: Int

    /// Okabe and Ito's colours without the yellow that vanishes on white, darkest contrasts first.
    static let colours = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9",
    ]
    private static let dashes: [String?] = [nil, "6 3", "2 2.5", "9 3 2 3", nil, "6 3", "2 2.5"]

    /// The style of the series at `index`; the most that a reader can tell apart is `limit`.
    init(_ index: Int) {
        colour = Self.colours[index % Self.colours.count]
        dash = Self.dashes[index % Self.dashes.count]
        marker = index
    }

    /// Most series in one panel.
    static let limit = 7
}
