internal import RunStore

/// Runs sorted into cells: the runs of one cell differ in nothing but what repeats it (seed,
/// split seed, fold), unless an axis was left out on purpose.
struct RunGrid {
    /// One cell: its place on the axes and its runs.
    struct Cell {
        /// One value an axis, by `RunGrid.axes`.
        let values: [String]
        /// Completed runs, by seed, then number.
        var completed: [ReportRun] = []
        /// Runs that are not (yet) completed.
        var unfinished: [ReportRun] = []
        /// Axes, repetitions apart, in which completed runs of the cell differ.
        var differing: [Axis] = []
    }

    /// The axes of the grid.
    let axes: [Axis]
    /// The cells in the order of their values.
    let cells: [Cell]

    /// Values of runs on axes.
    struct Values {
        let settings: [String: [RunID: String]]
        let fingerprints: [Int64: String]
        var uses: [String: ReportUse] = [:]

        func value(of run: ReportRun, on axis: Axis) -> String {
            switch axis {
            case .dataset: run.dataset
            case .data:
                run.datasetID.flatMap { fingerprints[$0] }.map { String($0.prefix(8)) } ?? "unknown"
            case .model: run.model
            case .procedure: run.procedure
            case .loss: run.loss
            case .labels: NumberFormat.short(run.labels)
            case .seed: String(run.seed)
            case .code: run.code.map { String($0.digest.prefix(10)) } ?? "unknown"
            default: settings[axis.name]?[run.id] ?? "–"
            }
        }
    }

    /// The axes in which runs differ, of all but `axes` and repetitions; those that a run does not
    /// use make no difference. Repetitions that are no design, see `mixesSplits`, are a difference.
    static func differing(
        _ runs: [ReportRun], of all: [Axis], besides axes: [Axis], _ values: Values
    ) -> [Axis] {
        var found = (all + [.code]).filter { !axes.contains($0) && !$0.isRepetition }.filter {
            axis in
            let users = runs.filter { values.uses[axis.name]?.holds(for: $0) ?? true }
            return Set(users.map { values.value(of: $0, on: axis) }).count > 1
        }
        if !axes.contains(.splitSeed), mixesSplits(runs, values) { found.append(.splitSeed) }
        return found
    }

    /// Whether runs mix splits that each seed redraws with splits that have a seed of their own.
    ///
    /// Either every run's split is its seed's, or every seed has the same splits; what is neither, such
    /// as seeds on one split beside older runs that redrew it, says neither how networks vary on one
    /// split nor how they vary with it.
    private static func mixesSplits(_ runs: [ReportRun], _ values: Values) -> Bool {
        let used = runs.map { run in
            [values.value(of: run, on: .seed), values.value(of: run, on: .splitSeed)]
        }
        // Where all runs redraw, the store says nothing of the axis.
        guard used.contains(where: { $0[1] != "–" && $0[0] != $0[1] }) else { return false }
        let seeds = Set(used.map { $0[0] }), splits = Set(used.map { $0[1] })
        return Set(used).count != seeds.count * splits.count
    }

    /// Sorts `runs` into the cells of `axes`.
    init(
        _ runs: [ReportRun], axes: [Axis], all: [Axis], values: Values, vocabulary: ReportVocabulary
    ) {
        self.axes = axes
        var index: [[String]: Int] = [:]
        var cells: [Cell] = []
        for run in runs {
            let key = axes.map { values.value(of: run, on: $0) }
            let position =
                index[key]
                ?? {
                    cells.append(Cell(values: key))
                    index[key] = cells.count - 1
                    return cells.count - 1
                }()
            if run.state == .completed {
                cells[position].completed.append(run)
            } else {
                cells[position].unfinished.append(run)
            }
        }
        for position in cells.indices {
            cells[position].completed.sort { ($0.seed, $0.id) < ($1.seed, $1.id) }
            cells[position].differing = Self.differing(
                cells[position].completed,
                of: all, besides: axes, values)
        }
        self.cells = cells.sorted { a, b in
            for (axis, pair) in zip(axes, zip(a.values, b.values)) where pair.0 != pair.1 {
                return axis.precedes(pair.0, pair.1, in: vocabulary)
            }
            return false
        }
    }

    /// The value of a cell on an axis; nil when the grid has no such axis.
    func value(_ cell: Cell, _ axis: Axis) -> String? {
        axes.firstIndex(of: axis).map { cell.values[$0] }
    }
}
