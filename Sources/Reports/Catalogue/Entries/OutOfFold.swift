internal import RunStore

extension ReportEntry {
    /// The test images of all folds, each once: a row a setting, and a row an image.
    static let outOfFold = ReportEntry(
        "out-of-fold", title: "Test images of all folds",
        summary:
            "one row a test image, each once over folds and seeds (--values, else the objective)",
        ignoring: ["rows", "columns", "aggregate", "reference"]
    ) { entry, source in
        let data = try source.load()
        let measures = try data.measures([data.objectiveMeasure])
        let axes = ([.dataset, .model, .loss] + data.varying).unique.contextFirst
        var document = ReportDocument(name: entry.name, title: entry.title)
        for measure in measures {
            let pooled = try OutOfFoldImages(data, axes: axes, measure: measure)
            document.blocks += [pooled.summary(), try pooled.images()].compactMap {
                $0.map(ReportDocument.Block.table)
            }
        }
        if document.blocks.isEmpty {
            document.blocks.append(.paragraph("No completed run has values of test images."))
        }
        document.provenance = try Provenance(data: data).facts()
        return document
    }
}
