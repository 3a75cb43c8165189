/// The cells of an experiment in the order in which they are trained.
public struct SweepPlan: Sendable {
    /// Most cells that a grid may have, those that are excluded counted; also most trials.
    public static let mostCells = 100_000

    /// No two cells alike; seeds vary fastest, data sets slowest.
    public let cells: [Cell]
    /// A short name of each cell for progress lines, with the settings in which cells differ.
    public let titles: [String]

    /// These cells, with a title each.
    package init(cells: [Cell], titles: [String]) {
        self.cells = cells
        self.titles = titles
    }

    /// Every combination of the spec's axes that is not excluded.
    ///
    /// - Throws: `SpecError.nothingToRun` where none remains.
    public init(_ spec: Spec, vocabulary: Vocabulary) throws {
        var cells = [Cell()]
        for axis in spec.axes {
            cells = try cells.flatMap { cell in
                try axis.values.map { value in
                    var next = cell
                    try next.set(
                        axis.name, to: value, at: .option(spec.path), vocabulary: vocabulary)
                    return next
                }
            }
        }
        // The cell of a search lacks what its trials vary, so exclusions are for them.
        if spec.search == nil {
            cells.removeAll { cell in spec.exclusions.contains { $0.matches(cell) } }
        }
        guard !cells.isEmpty else { throw SpecError.nothingToRun(path: spec.path) }
        self.cells = cells
        let varied = spec.axes.filter { $0.values.count > 1 }.map(\.name)
        titles = cells.map { $0.title(varied: varied) }
    }
}
