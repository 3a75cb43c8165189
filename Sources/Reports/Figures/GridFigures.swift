internal import Domain
internal import RunStore
internal import Statistics

/// The figures of a grid of runs: one panel a comparison (data set, labels, …), one line or box a
/// method.
struct GridFigures {
    let data: ReportData
    /// The axes that tell rows apart.
    let axes: [Axis]

    /// The cells of one panel.
    private struct Panel {
        let title: String
        /// The data set, labels, … that it shares with other panels.
        let context: String
        var cells: [(name: String, cell: RunGrid.Cell)]
    }

    /// The most panels of a figure.
    private static let panelLimit = 12

    private var vocabulary: ReportVocabulary { data.vocabulary }

    /// The panels; axes on which all cells agree are left out of names, unless nothing else is left.
    private func panels(context: (Axis) -> Bool) -> [Panel] {
        let grid = data.grid(axes)
        let cells = grid.cells.filter { !$0.completed.isEmpty }
        let differing = axes.indices.filter { index in
            Set(cells.map { $0.values[index] }).count > 1
        }
        let outer = axes.indices.filter {
            context(axes[$0]) && (axes[$0] == .dataset || differing.contains($0))
        }
        var inner = axes.indices.filter { !context(axes[$0]) && differing.contains($0) }
        if inner.isEmpty { inner = axes.indices.filter { axes[$0] == .model || axes[$0] == .loss } }
        let names = MethodNames(
            axes: axes, cells: cells.map(\.values), vocabulary: vocabulary, used: data.usedModels)
        var panels: [Panel] = []
        var index: [[String]: Int] = [:]
        for cell in cells {
            let key = outer.map { cell.values[$0] }
            let name = names.name(cell.values, at: inner)
            if let known = index[key] {
                panels[known].cells.append((name, cell))
            } else {
                index[key] = panels.count
                func phrase(_ indices: [Int]) -> String {
                    indices.map { axes[$0].phrase(cell.values[$0], in: vocabulary) }
                        .joined(separator: ", ")
                }
                panels.append(
                    Panel(
                        title: phrase(outer), context: phrase(outer.filter { axes[$0].isContext }),
                        cells: [(name, cell)]))
            }
        }
        return panels
    }

    /// The panels; where they have more methods than a reader can tell apart, those of the first
    /// further axis that leaves few enough in each.
    private func readablePanels() -> [Panel] {
        func methods(_ panels: [Panel]) -> Int {
            Set(panels.flatMap { $0.cells.map(\.name) }).count
        }
        let whole = panels { $0.isContext }
        guard methods(whole) > ChartStyle.limit else { return whole }
        for axis in axes where !axis.isContext {
            let split = panels { $0.isContext || $0 == axis }
            if split.count > whole.count, split.count <= Self.panelLimit,
                methods(split) <= ChartStyle.limit, split.contains(where: { $0.cells.count > 1 })
            {
                return split
            }
        }
        return whole
    }

    /// The objective's curve by epoch, mean over seeds with a band of one standard deviation.
    func learningCurves() throws -> Figure? {
        var panels = readablePanels()
        guard !panels.isEmpty, panels.count <= Self.panelLimit else { return nil }
        let all = unique(panels.flatMap { $0.cells.map(\.name) })
        let names = best(all, in: panels)
        for index in panels.indices { panels[index].cells.removeAll { !names.contains($0.name) } }
        let runs = panels.flatMap { $0.cells.flatMap { $0.cell.completed.map(\.id) } }
        let curves = try data.source.store.reportCurves(of: data.objective, runs: runs.sorted())
        guard curves.values.contains(where: { $0.count > 1 }) else { return nil }
        let drawn = panels.map { panel in
            LineChart.Panel(
                title: panel.title,
                series: panel.cells.map { entry in
                    LineChart.Series(
                        style: names.firstIndex(of: entry.name) ?? 0,
                        points: average(entry.cell.completed.compactMap { curves[$0.id] }))
                }, group: panel.context)
        }
        let chart = LineChart(
            title: "Learning curves", xLabel: "epoch", yLabel: data.objectiveTitle, names: names,
            panels: drawn, bounds: vocabulary.bounds(of: data.objectiveMeasure))
        return Figure(
            id: "learning-curves",
            title: data.objectiveTitle.firstCapital
                + " by epoch: mean over seeds, band ± one sample standard deviation"
                + selection(names, of: all),
            content: .svg(chart.svg()))
    }

    /// The objective's metric of every test image, averaged over seeds, as boxes.
    func imageBoxes() throws -> Figure? {
        var panels = panels { $0.isContext }
        guard !panels.isEmpty, panels.count <= Self.panelLimit else { return nil }
        let all = unique(panels.flatMap { $0.cells.map(\.name) })
        let names = best(all, in: panels, limit: 12)
        for index in panels.indices { panels[index].cells.removeAll { !names.contains($0.name) } }
        let runs = panels.flatMap { $0.cells.flatMap { $0.cell.completed.map(\.id) } }
        let images = try data.source.store.reportImageValues(
            of: data.objective.name, runs: runs.sorted(), weights: data.request.weights,
            split: .test)
        guard images.values.contains(where: { $0.count > 1 }) else { return nil }
        let title = data.objectiveMeasure.title
        let links = try ImageLinks(images.values.joined().lazy.map(\.image), in: data)
        func values(_ cell: RunGrid.Cell) -> [BoxChart.Value] {
            ImageMeans(cell.completed.map(\.id), images).images.sorted { $0.key < $1.key }.map {
                image, mean in
                BoxChart.Value(
                    value: mean.value,
                    link: links?.link(image, testedBy: mean.runs, value: mean.value))
            }
        }
        let chart = BoxChart(
            title: "Test \(title) by image", yLabel: "\(title) of a test image",
            panels: panels.map { panel in
                BoxChart.Panel(
                    title: panel.title,
                    boxes: panel.cells.map { entry in
                        BoxChart.Box(name: entry.name, values: values(entry.cell))
                    })
            }, bounds: vocabulary.bounds(of: data.objectiveMeasure))
        return Figure(
            id: "image-\(data.objective.name.replacing("/", with: "-"))",
            title:
                "\(title) of the test images, each averaged over the seeds that tested it: median, "
                + "quartiles, whiskers within 1.5 interquartile ranges, and each image beyond them"
                + selection(names, of: all),
            content: .svg(chart.svg()))
    }

    /// A metric by the share of labels, mean over seeds with a band of one standard deviation.
    func labelFractionCurves(_ measure: ReportVocabulary.Measure) -> Figure? {
        let panels = panels { $0.isContext && $0 != .labels }
        let labels = Set(data.completed.map(\.labels)).sorted()
        guard labels.count > 1, !panels.isEmpty, panels.count <= Self.panelLimit else { return nil }
        let labelAxis = axes.firstIndex(of: .labels)
        let cells = panels.flatMap { $0.cells.map(\.cell) }
        let parts = axes.indices.filter { index in
            index != labelAxis && !axes[index].isContext
                && (axes[index] == .model || Set(cells.map { $0.values[index] }).count > 1)
        }
        let methods = MethodNames(
            axes: axes, cells: cells.map(\.values), vocabulary: vocabulary, used: data.usedModels)
        func name(_ cell: RunGrid.Cell) -> String { methods.name(cell.values, at: parts) }
        let all = unique(
            panels.flatMap(\.cells).filter {
                !data.samples($0.cell.completed, measure.name).isEmpty
            }.map { name($0.cell) })
        guard !all.isEmpty else { return nil }
        let renamed = panels.map { panel in
            Panel(
                title: panel.title, context: panel.context,
                cells: panel.cells.map { (name($0.cell), $0.cell) })
        }
        let names = best(all, in: renamed)
        // A method looks the same in the figures of all measures, also where not every one has it.
        let everyone = unique(panels.flatMap(\.cells).map { name($0.cell) })
        let places = everyone.count <= ChartStyle.limit ? everyone : names
        let drawn = panels.map { panel in
            LineChart.Panel(
                title: panel.title,
                series: places.enumerated().compactMap { style, wanted in
                    let points = panel.cells.filter { name($0.cell) == wanted }.compactMap {
                        entry in
                        let samples = data.samples(entry.cell.completed, measure.name)
                        return Summary(samples.map(\.value)).map { summary in
                            LineChart.Point(
                                x: entry.cell.completed.first?.labels ?? 0, y: summary.mean,
                                sd: summary.sd)
                        }
                    }.sorted { $0.x < $1.x }
                    return points.isEmpty ? nil : LineChart.Series(style: style, points: points)
                })
        }
        let unit = measure.unit.map { " (\($0))" } ?? ""
        let chart = LineChart(
            title: "\(measure.title) by labels",
            xLabel: "labelled share of the training images (%)",
            yLabel: "test \(measure.title)\(unit)",
            names: places.map { names.contains($0) ? $0 : "" }, panels: drawn,
            bounds: measure.unit == nil ? 0...1 : nil, logarithmicTicks: labels,
            marksEveryPoint: true)
        return Figure(
            id: "labels-\(measure.name.replacing("/", with: "-"))",
            title: "Test \(measure.title) by the share of training images whose labels are used: "
                + "mean over seeds, band ± one sample standard deviation"
                + selection(names, of: all),
            content: .svg(chart.svg()))
    }

    // MARK: Helpers

    /// The names that a reader can still tell apart: the best by the objective, in their own order.
    private func best(
        _ names: [String], in panels: [Panel], limit: Int = ChartStyle.limit
    ) -> [String] {
        guard names.count > limit else { return names }
        let scores = names.map { name in
            Summary(panels.flatMap(\.cells).filter { $0.name == name }.map { mean($0.cell) })?.mean
                ?? worst
        }
        let sign = data.objective.direction == .lowerIsBetter ? -1.0 : 1
        let ranked = names.indices.sorted {
            (sign * scores[$1], $0) < (sign * scores[$0], $1)
        }
        let kept = Set(ranked.prefix(limit))
        return names.indices.filter(kept.contains).map { names[$0] }
    }

    private func selection(_ names: [String], of all: [String]) -> String {
        let best = data.objective.direction == .lowerIsBetter ? "lowest" : "highest"
        return names.count == all.count
            ? "."
            : "; the \(names.count) of \(all.count) with the \(best) test \(data.objectiveMeasure.title)."
    }

    /// What stands for a cell without results.
    private var worst: Double {
        data.objective.direction == .lowerIsBetter ? .greatestFiniteMagnitude : -1
    }

    private func mean(_ cell: RunGrid.Cell) -> Double {
        Summary(data.samples(cell.completed, data.objective.name).map(\.value))?.mean ?? worst
    }

    /// Mean and sample standard deviation at the epochs that every curve has, in a thinned store too;
    /// at all epochs where the curves have hardly one in common.
    private func average(_ curves: [[ReportCurvePoint]]) -> [LineChart.Point] {
        var byEpoch: [Int: [Double]] = [:]
        for point in curves.joined() { byEpoch[point.epoch, default: []].append(point.value) }
        let common = byEpoch.filter { $0.value.count == curves.count }
        return (common.count > 1 ? common : byEpoch).sorted { $0.key < $1.key }.compactMap {
            epoch, values in
            Summary(values).map {
                LineChart.Point(x: Double(epoch), y: $0.mean, sd: $0.sd)
            }
        }
    }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
