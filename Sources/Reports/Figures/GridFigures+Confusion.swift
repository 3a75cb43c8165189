internal import Domain
internal import RunStore

extension GridFigures {
    /// Confusion matrices of the cells, counts added up over seeds; nil without classes.
    func confusions() throws -> Figure? {
        let cells = data.grid(axes).cells.filter { !$0.completed.isEmpty }
        let runs = cells.flatMap { $0.completed.map(\.id) }.sorted()
        let counts = try data.source.store.reportConfusions(
            of: runs, weights: data.request.weights, split: .test)
        guard !counts.isEmpty else { return nil }
        let classes = try data.source.store.reportClasses(
            of: Set(data.completed.compactMap(\.datasetID)).sorted())
        let differing = axes.indices.filter { index in
            Set(cells.map { $0.values[index] }).count > 1 || axes[index] == .dataset
        }
        var panels: [ConfusionChart.Panel] = []
        for cell in cells.prefix(24) {
            guard let number = cell.completed.first?.datasetID, let names = classes[number] else {
                continue
            }
            var matrix = Array(
                repeating: Array(repeating: 0, count: names.count), count: names.count)
            for entry in cell.completed.flatMap({ counts[$0.id] ?? [] }) {
                guard let target = names.firstIndex(of: entry.target),
                    let predicted = names.firstIndex(of: entry.predicted)
                else { continue }
                let (sum, isOver) = matrix[target][predicted]
                    .addingReportingOverflow(entry.count)
                matrix[target][predicted] = isOver ? .max : sum
            }
            guard matrix.joined().contains(where: { $0 > 0 }) else { continue }
            let title = differing.map { axes[$0].phrase(cell.values[$0], in: data.vocabulary) }
                .joined(separator: ", ")
            panels.append(ConfusionChart.Panel(title: title, classes: names, counts: matrix))
        }
        guard !panels.isEmpty else { return nil }
        return Figure(
            id: "confusion",
            title:
                "Confusion of classes on the test images, counts added up over seeds; per cent of "
                + "the images of a class.",
            content: .svg(ConfusionChart(title: "Confusion matrices", panels: panels).svg()))
    }
}
