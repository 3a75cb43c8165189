internal import RunStore

extension ReportEntry {
    /// Results by the share of labelled training images.
    static let labelFraction = ReportEntry(
        "label-fraction", title: "Results by share of labels",
        summary: "methods by the percentage of training labels they use, with curves",
        ignoring: ["rows", "columns", "reference"]
    ) { entry, source in
        let data = try source.load()
        let rows = ([.dataset, .model, .procedure, .loss] + data.varying).unique.contextFirst
            .filter { $0 != .labels }
        let hasClasses = data.results.values.contains { $0["class-accuracy"] != nil }
        let names =
            (data.request.metrics == .published ? [] : [data.objective.name])
            + (data.request.metrics == .standard ? [] : ["published/ds"])
            + (hasClasses ? ["class-accuracy"] : [])
        let measures = try data.measures(names.unique.map(data.vocabulary.measure))
        let table = GridTable(
            data: data, id: "fractions", title: "Test results by percentage of labels",
            rows: rows, columns: [.labels], measures: measures
        ).build()
        var document = ReportDocument(name: entry.name, title: entry.title, blocks: [.table(table)])
        if data.request.figures {
            let figures = GridFigures(data: data, axes: rows + [.labels])
            document.blocks += measures.compactMap(figures.labelFractionCurves)
                .map(ReportDocument.Block.figure)
        }
        document.provenance = try Provenance(data: data).facts()
        return document
    }
}
