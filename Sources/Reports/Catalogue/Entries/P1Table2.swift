internal import RunStore

extension ReportEntry {
    /// Joint classification and segmentation from few labels (P1 Table 2).
    static let p1Table2 = ReportEntry(
        "p1-table2", title: "Classes and masks from few labels (P1 Table 2)",
        summary: "joint classification and segmentation by data set and loss, as P1 Table 2",
        ignoring: ["rows", "columns"]
    ) { entry, source in
        let paper = try source.store.reportPublished(paper: "P1", table: "2")
        let data = try source.adjusted { request in
            if request.selection.procedures.isEmpty, request.selection.experiment == nil {
                request.selection.procedures = ["appau-net"]
            }
            if request.selection.experiment == nil {
                if request.selection.datasets.isEmpty {
                    request.selection.datasets = ["mcx", "scx", "jcx", "ccx"]
                }
                if request.selection.labels.isEmpty { request.selection.labels = [10] }
            }
        }.load()
        var table = SegmentationTable(
            data: data, entry: entry, paper: paper, axes: [.dataset, .procedure, .loss],
            metrics: [
                ("class-accuracy", "Class acc"), ("class-f1/0", "Class “PR”"),
                ("class-f1/1", "Class “RE”"),
            ] + SegmentationTable.p1Columns)
        table.measures = data.vocabulary.classMeasures + data.vocabulary.standardMeasures
        if data.request.selection.experiment == nil { table.expectPaper() }
        let claims =
            ["tv", "xetv"].map {
                Directions.Claim(axis: .loss, better: "kltv", worse: $0, metric: "published/ds")
            } + [
                Directions.Claim(
                    axis: .loss, better: "kltv", worse: "tv", metric: "class-accuracy")
            ]
        var document = try table.document(
            reference: ReportRequest.Reference(axis: .loss, value: "tv"), claims: claims)
        let labels = Set(data.runs.map(\.labels)).sorted().map { NumberFormat.short($0) }
        if !labels.isEmpty {
            let list = labels.joined(separator: ", ")
            document.title = "Classes and masks from \(list) % of the labels (P1 Table 2)"
        }
        document.addNote(
            "Class “PR” and “RE” are the F1 of the first and the second class: that is what the "
                + "paper's two columns hold for two classes.", toTable: "published")
        return document
    }
}

extension ReportDocument {
    /// Adds a sentence under the table of that id.
    mutating func addNote(_ note: String, toTable id: String) {
        for index in blocks.indices {
            guard case .table(var table) = blocks[index], table.id == id else { continue }
            table.notes.append(note)
            blocks[index] = .table(table)
        }
    }
}
