internal import RunStore

/// Runs that answered together, beside each of them alone on the same images.
struct EnsembleTable {
    /// Ensembles whose members are all among the report's runs.
    let ensembles: [ReportEnsemble]
    /// The data sets that they were tested on.
    let tested: [ReportDataset]
    private let data: ReportData

    init(_ data: ReportData) throws {
        self.data = data
        let known = Set(data.completed.map(\.digest))
        ensembles = try data.source.store.reportEnsembles(weights: data.request.weights).filter {
            known.isSuperset(of: $0.members)
        }
        tested = try data.source.store.reportDatasets(Set(ensembles.map(\.dataset)).sorted())
    }

    /// The names of the metrics that ensembles have.
    var measured: Set<String> { Set(ensembles.flatMap(\.results.keys)) }

    /// One row an ensemble and data set; nil where no ensemble has the metric.
    func table(_ measure: ReportVocabulary.Measure) -> Table? {
        let rows = ensembles.compactMap { row($0, measure.name) }
        guard !rows.isEmpty else { return nil }
        func number(_ key: String, _ title: String) -> Column {
            Column(
                key, title: title, unit: measure.unit, decimals: measure.unit == nil ? 3 : 2)
        }
        var table = Table(
            id: "ensembles-\(measure.name)", title: "\(measure.title) of ensembles",
            columns: [
                Column("ensemble", title: "Ensemble", role: .label),
                Column("run", title: "Run", role: .label),
                Column("tested-on", title: "Tested on", role: .label),
                Column("images", title: "Images", role: .count),
                number("mean", "Together"), number("alone", "Each alone"),
            ], rows: rows)
        table.notes = [
            "Together: the mean of the members' probabilities, on images that no member has seen in "
                + "training; \(ExternalTables.ownMark): of a data set that they were trained on. Each "
                + "alone: mean ± sample standard deviation over the members on the same images, of those "
                + "that were tested on all of them. An ensemble is one network more, not a sample: no "
                + "interval, nothing is tested."
        ]
        return table
    }

    private func row(_ ensemble: ReportEnsemble, _ metric: String) -> Table.Row? {
        guard let result = ensemble.results[metric],
            let value = metric.hasPrefix("published/")
                ? result.pooled ?? result.mean : result.mean ?? result.pooled
        else { return nil }
        let set = tested.first { $0.id == ensemble.dataset }
        let title = Axis.dataset.text(set?.title ?? "", in: data.vocabulary)
        let isOwn = data.completed.contains {
            ensemble.members.contains($0.digest) && $0.datasetID == ensemble.dataset
        }
        let alone = (ensemble.alone[metric] ?? [:]).sorted { $0.key < $1.key }.map {
            Sample(run: $0.key, value: $0.value)
        }
        return Table.Row(
            id: "\(ensemble.run)/\(set?.title ?? "")", group: "",
            cells: [
                .text(ensemble.name), .text(String(ensemble.run)),
                .text(title + (isOwn ? " \(ExternalTables.ownMark)" : "")),
                Cell(.count(result.images), runs: [ensemble.run]),
                .measured([Sample(run: ensemble.run, value: value)]),
                alone.isEmpty ? Cell(.missing) : .measured(alone),
            ])
    }
}
