internal import RunStore

extension ReportEntry {
    /// Who was tested on what: the own test part on the diagonal, other data sets beside it.
    static let external = ReportEntry(
        "external", title: "Trained on, tested on",
        summary: "runs on data sets that they were not trained on (--values, else the objective)",
        ignoring: ["aggregate", "reference"]
    ) { entry, source in
        let data = try source.load()
        let request = data.request
        let columns = try data.checked(request.columns)
        let usual = data.usualAxes(beside: columns)
        let rows = request.rows.isEmpty ? usual.contextFirst : try data.checked(request.rows)
        let tables = try ExternalTables(data, rows: rows, columns: columns)
        let ensembles = try EnsembleTable(data)
        let measures = try data.measures(
            [data.objectiveMeasure], alsoPresent: tables.measured.union(ensembles.measured))
        var document = ReportDocument(name: entry.name, title: entry.title)
        if tables.external.isEmpty, ensembles.ensembles.isEmpty {
            document.blocks.append(
                .paragraph(
                    "No run of these was evaluated on another data set than its own: 'lightbox "
                        + "evaluate' does it."))
        }
        for measure in measures where !tables.tested.isEmpty {
            let tables = try tables.onCommonImages(measure.name)
            document.blocks += [
                .table(tables.matrix(measure)), .table(tables.intervals(measure)),
            ]
            if let table = ensembles.table(measure) { document.blocks.append(.table(table)) }
        }
        document.provenance = try Provenance(
            data: data, external: tables.external, others: tables.tested,
            ensembles: ensembles
        ).facts()
        return document
    }
}
