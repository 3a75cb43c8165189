internal import Domain
internal import RunStore
internal import Statistics

extension GridFigures {
    /// Reliability diagrams of the cells with two classes: the share of images that are of the second
    /// class by the probability that was told, over the test images of all seeds; nil without any.
    func reliability() throws -> Figure? {
        let cells = data.grid(axes).cells.filter { !$0.completed.isEmpty }
        let told = try data.source.classProbabilities(of: cells.flatMap(\.completed))
        let differing = axes.indices.filter { index in
            Set(cells.map { $0.values[index] }).count > 1 || axes[index] == .dataset
        }
        var panels: [LineChart.Panel] = []
        var classes: Set<String> = []
        for cell in cells {
            let runs = cell.completed.compactMap { told[$0.id] }.filter { $0.classes.count == 2 }
            guard let names = runs.first?.classes, panels.count < 12 else { continue }
            var bins = Reliability()
            for run in runs {
                for image in run.images { bins.add(image.second, hit: image.target == 1) }
            }
            let points = bins.bins.compactMap { bin in
                bin.probability.flatMap { x in
                    bin.frequency.map { LineChart.Point(x: x, y: $0, sd: nil) }
                }
            }
            classes.insert(names[1])
            panels.append(
                LineChart.Panel(
                    title: differing.map {
                        axes[$0].phrase(cell.values[$0], in: data.vocabulary)
                    }.joined(separator: ", "),
                    series: [
                        LineChart.Series(style: 0, points: points),
                        LineChart.Series(
                            style: 1,
                            points: [0, 0.5, 1].map { LineChart.Point(x: $0, y: $0, sd: nil) }),
                    ]))
        }
        guard !panels.isEmpty else { return nil }
        let name = classes.count == 1 ? classes.first ?? "" : "the second class"
        let chart = LineChart(
            title: "Reliability", xLabel: "probability told of \(name)", yLabel: "share of \(name)",
            names: ["test images", "perfect"], panels: panels, bounds: 0...1,
            marksEveryPoint: true)
        return Figure(
            id: "reliability",
            title:
                "Reliability of the classes' probabilities on the test images of all seeds, in ten "
                + "bins of equal width: mean probability told and share that came true.",
            content: .svg(chart.svg()))
    }
}
