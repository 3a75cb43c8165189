internal import RunStore

extension ReportEntry {
    /// Any grid: one row a cell, or the axes that the request names.
    static let sweep = ReportEntry(
        "sweep", title: "Sweep",
        summary: "any grid of runs; choose --rows, --columns, --values, --aggregate"
    ) { entry, source in
        let data = try source.load()
        let request = data.request
        let columns = try data.checked(request.columns)
        let usual = data.usualAxes(beside: columns)
        let fixed = Axis.fixed.filter(usual.contains)
        let rows =
            request.rows.isEmpty
            ? (fixed + usual.filter { !fixed.contains($0) }).contextFirst
            : try data.checked(request.rows)
        var document = ReportDocument(
            name: entry.name,
            title: request.selection.experiment.map { "Sweep \($0)" } ?? entry.title)
        var measures = try data.measures(
            !columns.isEmpty
                ? [data.objectiveMeasure]
                : data.objectiveMeasure.task == .classification
                    ? data.vocabulary.classMeasures : data.vocabulary.standardMeasures)
        if request.metrics != .standard, request.values.isEmpty {
            let published = data.vocabulary.measures.filter(\.isPublished)
            measures = request.metrics == .both ? measures + published : published
        }
        var table = GridTable(
            data: data, id: "grid", title: "Test results", rows: rows, columns: columns,
            measures: measures
        ).build()
        var paired: Table?
        if let reference = request.reference, columns.isEmpty {
            _ = try data.checked([reference.axis])
            let tests = PairedTests(
                data: data, measure: data.objectiveMeasure, axes: rows, reference: reference)
            let comparisons = try tests.run()
            tests.mark(comparisons, in: &table, column: data.objective.name)
            paired = tests.table(comparisons)
        }
        document.blocks = [.table(table)]
        let axes = (rows + columns).unique
        document.blocks += StructureTables.all(data, rows: axes).map(ReportDocument.Block.table)
        if let paired { document.blocks.append(.table(paired)) }
        if let pooled = try OutOfFoldImages.summary(data, axes: axes) {
            document.blocks.append(.table(pooled))
        }
        if request.figures {
            let figures = GridFigures(data: data, axes: axes)
            document.blocks += [
                try figures.learningCurves(),
                figures.labelFractionCurves(data.objectiveMeasure),
                try figures.imageBoxes(),
            ].compactMap { $0.map(ReportDocument.Block.figure) }
        }
        document.provenance = try Provenance(data: data).facts()
        return document
    }
}
