internal import RunStore

extension RunGrid.Cell {
    /// Whether its runs differ in more than the seed.
    var isPooled: Bool { !differing.isEmpty }
}

/// What a table says about rows that take together runs that differ in more than the seed: they are
/// marked and never bold, and their ± is no spread over seeds.
struct PooledRows {
    /// Set at such rows.
    static let mark = "§"
    private static let mostValues = 6

    private let texts: [String]
    private let units: String

    /// The rows of a grid.
    init(_ grid: RunGrid, in data: ReportData) {
        self.init(
            grid.cells.filter(\.isPooled).map { ($0.differing, $0.completed) }, beside: grid.axes,
            in: data)
    }

    /// Rows with these differences and runs.
    init(
        _ rows: [(differing: [Axis], runs: [ReportRun])], beside axes: [Axis] = [],
        in data: ReportData
    ) {
        var values: [(axis: Axis, values: Set<String>)] = []
        for row in rows {
            for axis in row.differing {
                let found = row.runs.map { data.value(of: $0, on: axis) }
                if let index = values.firstIndex(where: { $0.axis == axis }) {
                    values[index].values.formUnion(found)
                } else {
                    values.append((axis, Set(found)))
                }
            }
        }
        units = data.repetitions(beside: axes)
        texts = values.map { axis, values in
            let sorted = values.sorted { axis.precedes($0, $1, in: data.vocabulary) }
            return Self.text(axis.name, sorted.map { axis.text($0, in: data.vocabulary) })
        }
    }

    /// Rows of runs that no grid has, with the values in which they differ, by what these are.
    init(_ differences: [(name: String, values: [String])]) {
        units = "seeds"
        texts = differences.map { Self.text($0.name, $0.values) }
    }

    /// `loss (tv, kltv)`.
    private static func text(_ name: String, _ values: [String]) -> String {
        let more = values.count > mostValues ? ", …" : ""
        return "\(name) (\(values.prefix(mostValues).joined(separator: ", "))\(more))"
    }

    /// What the n runs of a row are, in brackets.
    var seeds: String {
        texts.isEmpty ? " (\(units))" : " (\(units), but for rows with \(Self.mark))"
    }

    /// The sentence below the table; none where every row is of one cell.
    var notes: [String] {
        guard !texts.isEmpty else { return [] }
        return [
            "\(Self.mark): takes together runs that differ in more than the seed, in "
                + texts.joined(separator: ", ")
                + "; its ± is over these runs, not over \(units), and it is never bold."
        ]
    }
}
