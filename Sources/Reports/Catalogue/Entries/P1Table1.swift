internal import RunStore

extension ReportEntry {
    /// Segmentation only: data set × model × loss (P1 Table 1).
    static let p1Table1 = ReportEntry(
        "p1-table1", title: "Segmentation: data set × model × loss (P1 Table 1)",
        summary: "segmentation by data set, model and loss, as P1 Table 1",
        ignoring: ["rows", "columns"]
    ) { entry, source in
        let paper = try source.store.reportPublished(paper: "P1", table: "1")
        let data = try source.adjusted { request in
            if request.selection.procedures.isEmpty {
                request.selection.procedures = ["supervised"]
            }
            if request.selection.experiment == nil {
                if request.selection.datasets.isEmpty {
                    request.selection.datasets = ["mcx", "scx", "jcx", "ccx"]
                }
                if request.selection.labels.isEmpty { request.selection.labels = [100] }
            }
        }.load()
        var table = SegmentationTable(
            data: data, entry: entry, paper: paper,
            axes: [.dataset, .model, .loss],
            metrics: SegmentationTable.p1Columns)
        if data.request.selection.experiment == nil { table.expectPaper() }
        let claims = [
            Directions.Claim(axis: .loss, better: "kltv", worse: "tv", metric: "published/ds"),
            Directions.Claim(
                axis: .model, better: "attention-unet", worse: "unet", metric: "published/ds"),
            Directions.Claim(
                axis: .model, better: "ppau-net", worse: "unet", metric: "published/ds"),
        ]
        return try table.document(
            reference: ReportRequest.Reference(axis: .loss, value: "tv"), claims: claims)
    }
}
