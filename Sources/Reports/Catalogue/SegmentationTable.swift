internal import RunStore

/// The common shape of the segmentation reports: standard table, published table, paired tests,
/// directions, provenance.
struct SegmentationTable {
    var data: ReportData
    let entry: ReportEntry
    let paper: [ReportPublished]
    /// Axes that the report always shows.
    let axes: [Axis]
    /// The paper's columns.
    let metrics: [(name: String, printed: String)]
    /// The standard metrics shown; nil shows those for masks.
    var measures: [ReportVocabulary.Measure]?
    /// Rows that are shown even when no run belongs to them, as values of `rowAxes`.
    private var expected: [[String]] = []

    /// P1's segmentation columns, in the order of the paper.
    static let p1Columns: [(name: String, printed: String)] = [
        ("published/ds", "DS"), ("published/js", "JS"), ("published/ssim", "SSIM"),
        ("published/f1", "F1"), ("published/hd", "HD"), ("published/sn", "SN"),
        ("published/sp", "SP"), ("published/pr", "PR"), ("published/rc", "RC"),
    ]

    init(
        data: ReportData, entry: ReportEntry, paper: [ReportPublished], axes: [Axis],
        metrics: [(name: String, printed: String)]
    ) {
        self.data = data
        self.entry = entry
        self.paper = paper
        self.axes = axes
        self.metrics = metrics
    }

    /// The same table for a changed request.
    func adjusted(_ change: (inout ReportRequest) -> Void) -> SegmentationTable {
        var copy = self
        copy.data = data.adjusted(change)
        return copy
    }

    /// Axes of the rows: what the report always shows and what else the runs differ in.
    var rowAxes: [Axis] { (axes + data.varying).unique.contextFirst }

    /// Shows a row for every figure of the paper, also without runs.
    mutating func expectPaper() {
        let axes = rowAxes
        guard Set(axes).isSubset(of: [.dataset, .model, .procedure, .loss, .labels]) else { return }
        let selection = data.request.selection
        expected = paper.filter {
            (selection.datasets.isEmpty || selection.datasets.contains($0.dataset))
                && (selection.models.isEmpty || selection.models.contains($0.model))
                && (selection.losses.isEmpty || selection.losses.contains($0.loss))
                && (selection.labels.isEmpty || selection.labels.contains($0.labels))
        }.flatMap { figure in
            data.titles(ofPaperName: figure.dataset).map { (figure, $0) }
        }.map { figure, dataset in
            axes.map { axis in
                switch axis {
                case .dataset: dataset
                case .model: figure.model
                case .procedure: figure.procedure
                case .loss: figure.loss
                default: NumberFormat.short(figure.labels)
                }
            }
        }
    }

    /// The whole report.
    ///
    /// - Parameters:
    ///   - reference: against what the paired tests run when the request names nothing.
    ///   - claims: comparisons of the paper to count.
    func document(
        reference: ReportRequest.Reference?, claims: [Directions.Claim]
    ) throws -> ReportDocument {
        var document = ReportDocument(name: entry.name, title: entry.title)
        let set = data.request.metrics
        if set != .published {
            var table = GridTable(
                data: data, id: "standard", title: "Standard metrics", rows: rowAxes,
                measures: try data.measures(measures ?? data.vocabulary.standardMeasures),
                expected: expected
            ).build()
            let comparisons = try tests(reference)
            comparisons.tests?.mark(comparisons.list, in: &table, column: "dice")
            document.blocks.append(.table(table))
            document.blocks += StructureTables.all(data, rows: rowAxes)
                .map(ReportDocument.Block.table)
            if let paired = comparisons.tests?.table(comparisons.list) {
                document.blocks.append(.table(paired))
            }
            if let pooled = try OutOfFoldImages.summary(data, axes: rowAxes) {
                document.blocks.append(.table(pooled))
            }
        }
        if set != .standard {
            var table = PublishedTable(
                data: data, id: "published", title: "The paper's definitions, beside the paper",
                rows: rowAxes, figures: paper, metrics: metrics, expected: expected
            ).build()
            table.notes.append(
                "The published tables' JS is pixel accuracy, DS is 2 JS / (1 + JS), HD is taken "
                    + "between image rows; read them only against the paper.")
            document.blocks.append(.table(table))
        }
        let sentences = Directions(data: data, figures: paper).sentences(claims)
        if !sentences.isEmpty {
            document.blocks.append(.list(title: "The paper's directions:", items: sentences))
        }
        if data.request.figures {
            let figures = GridFigures(data: data, axes: rowAxes)
            document.blocks += [
                try figures.learningCurves(), try figures.imageBoxes(), try figures.confusions(),
                try figures.reliability(),
            ]
            .compactMap { $0.map(ReportDocument.Block.figure) }
        }
        document.provenance = try Provenance(data: data).facts()
        return document
    }

    private func tests(_ usual: ReportRequest.Reference?) throws -> (
        tests: PairedTests?, list: [PairedTests.Comparison]
    ) {
        guard let reference = data.request.reference ?? usual else { return (nil, []) }
        _ = try data.checked([reference.axis])
        let tests = PairedTests(
            data: data, measure: data.vocabulary.measure("dice"), axes: rowAxes,
            reference: reference)
        return (tests, try tests.run())
    }
}
