import Domain
public import RunStore

/// What a report is made from: a store, the printed names and the request.
public struct ReportSource: Sendable {
    /// The store that is read.
    public let store: RunStore
    /// The printed names.
    public let vocabulary: ReportVocabulary
    /// What is asked for.
    public let request: ReportRequest
    /// Whether a request may be about runs that there are not (yet): the report of a sweep that has
    /// just begun shows what is missing.
    public var acceptsNothing = false
    /// Cells of the experiment's file that have no run.
    public var withoutRun: [CellWithoutRun] = []
    /// Told where a name was understood that is not spelled as registries spell it.
    public var onReading: (@Sendable (String) -> Void)?
    /// Where overlays get their pictures from; without it they show none.
    public var pictures: PictureProvider?
    /// Where the page of a test image is; without it figures have no links, as those of files.
    public var imageAddress: ImageAddressing?

    /// Makes a source.
    public init(store: RunStore, vocabulary: ReportVocabulary, request: ReportRequest) {
        self.store = store
        self.vocabulary = vocabulary
        self.request = request
    }

    /// The same source with what a report adds to the request.
    func adjusted(_ change: (inout ReportRequest) -> Void) -> ReportSource {
        var request = request
        change(&request)
        var copy = ReportSource(store: store, vocabulary: vocabulary, request: request)
        copy.pictures = pictures
        copy.imageAddress = imageAddress
        copy.acceptsNothing = acceptsNothing
        copy.withoutRun = withoutRun
        copy.onReading = onReading
        return copy
    }

    /// Reads the selected runs and their test results.
    func load(_ filter: ([ReportRun]) -> [ReportRun] = { $0 }) throws -> ReportData {
        let runs = filter(
            try store.reportRuns(
                request.selection, defaults: vocabulary.settingDefaults, uses: vocabulary.uses))
        let completed = runs.filter { $0.state == .completed }
        let datasets = try store.reportDatasets(Set(runs.compactMap(\.datasetID)).sorted())
        let settings = try store.reportVaryingSettings(
            of: runs.map(\.id), defaults: vocabulary.settingDefaults, uses: vocabulary.uses)
        let numbers = completed.map(\.id)
        var results = try store.reportResults(of: numbers, weights: request.weights, split: .test)
        try addClassFigures(to: &results, runs: completed)
        let values = RunGrid.Values(
            settings: settings,
            fingerprints: Dictionary(
                datasets.map { ($0.id, $0.fingerprint) }, uniquingKeysWith: { a, _ in a }),
            uses: vocabulary.uses)
        let splits = try store.reportSplits(Set(completed.compactMap(\.splitID)).sorted())
        return ReportData(
            source: self, runs: runs, completed: completed, datasets: datasets, values: values,
            objective: vocabulary.objective(of: runs.map(\.objective)),
            pairing: RunPairing(completed, values: values, splits: splits), results: results,
            withoutRun: withoutRun.filter { $0.isSelected(by: request.selection, vocabulary) },
            usedModels: runs.reduce(into: [:]) { $0[$1.procedure, default: []].insert($1.model) })
    }

    /// Adds the F1 of the class at index i as metric `class-f1/i`, and figures of probabilities to
    /// runs that are older than these.
    private func addClassFigures(
        to results: inout [RunID: [String: ReportResult]], runs: [ReportRun]
    ) throws {
        let figures = try store.reportClassMetrics(
            of: runs.map(\.id), weights: request.weights, split: .test)
        guard !figures.isEmpty else { return }
        let older = runs.filter { figures[$0.id] != nil && results[$0.id]?["ece"] == nil }
        for (run, told) in try classProbabilities(of: older) {
            for (name, value) in told.figures where results[run]?[name] == nil {
                results[run, default: [:]][name] = ReportResult(
                    images: told.images.count, mean: nil, pooled: value)
            }
        }
        let classes = try store.reportClasses(of: Set(runs.compactMap(\.datasetID)).sorted())
        for run in runs {
            guard let ofRun = figures[run.id], let number = run.datasetID else { continue }
            for (index, name) in (classes[number] ?? []).enumerated() {
                guard let f1 = ofRun[name]?["f1"] else { continue }
                results[run.id, default: [:]]["class-f1/\(index)"] = ReportResult(
                    images: 0, mean: nil, pooled: f1)
            }
        }
    }
}

/// The selected runs with their test results.
struct ReportData {
    let source: ReportSource
    let runs: [ReportRun]
    let completed: [ReportRun]
    let datasets: [ReportDataset]
    let values: RunGrid.Values
    /// By what the runs are judged.
    let objective: RunObjective
    /// Which runs can be compared with which.
    let pairing: RunPairing
    let results: [RunID: [String: ReportResult]]
    /// Cells of the experiment's file that have no run.
    let withoutRun: [CellWithoutRun]
    /// The networks of the runs of each procedure.
    let usedModels: [String: Set<String>]

    /// The same rows for a changed request.
    func adjusted(_ change: (inout ReportRequest) -> Void) -> ReportData {
        ReportData(
            source: source.adjusted(change), runs: runs, completed: completed, datasets: datasets,
            values: values, objective: objective, pairing: pairing, results: results,
            withoutRun: withoutRun,
            usedModels: usedModels)
    }

    var request: ReportRequest { source.request }
    var vocabulary: ReportVocabulary { source.vocabulary }

    /// The metric by which the runs are judged.
    var objectiveMeasure: ReportVocabulary.Measure { vocabulary.measure(objective.name) }

    /// Their curve as it is printed: "validation Dice".
    var objectiveTitle: String {
        [objective.split, objectiveMeasure.title].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Settings that never tell cells apart: identity leaves them out, or an axis has them already.
    private static let notAxes = RunningSettings.names.union([
        "dataset", "model", "procedure", "loss", "labels", "seed",
    ])

    /// The axes that tell rows apart where a request names none: data set, model and loss, and what
    /// else the runs differ in, without those of the columns.
    func usualAxes(beside columns: [Axis]) -> [Axis] {
        ([.dataset, .model, .loss] + varying).unique.filter { !columns.contains($0) }
    }

    /// The axes in which the runs differ, repetitions apart, in reading order.
    var varying: [Axis] {
        // The title of a data set tells its files apart already.
        let fixed = Axis.fixed.filter { axis in
            let values =
                runs.map { value(of: $0, on: axis) }
                + withoutRun.map { $0.value(on: axis, vocabulary) }
            return axis != .data && Set(values).count > 1
        }
        return fixed + settingAxes
    }

    /// All axes that a request may name.
    var known: [Axis] {
        Axis.fixed + settingAxes + repeating(beside: .seed) + [.code]
    }

    /// The repetitions in which the runs differ.
    var repeating: [Axis] {
        Axis.repetitions.filter { axis in Set(runs.map { value(of: $0, on: axis) }).count > 1 }
    }

    /// The same, with one that is always named.
    func repeating(beside axis: Axis) -> [Axis] { ([axis] + repeating).unique }

    /// What comparisons of rows of these axes count.
    func units(beside axes: [Axis]) -> String { axes.contains(.fold) ? "seeds" : pairing.units }

    /// What the runs of a row of these axes are.
    func repetitions(beside axes: [Axis]) -> String {
        axes.contains(.fold) ? "seeds" : pairing.repetitions
    }

    private var settingAxes: [Axis] {
        values.settings.keys.filter { !Self.notAxes.contains($0) }.sorted().map { Axis($0) }
            .filter { !$0.isRepetition }
    }

    /// The name under which papers know the data set of that title; nil where its images are
    /// drawn, of which no paper prints figures.
    func paperName(ofDataset title: String) -> String? {
        guard let known = datasets.first(where: { $0.title == title }) else { return title }
        return known.origin == .real ? known.name : nil
    }

    /// The titles of the real data sets that papers know under that name; the name itself where no
    /// run used one.
    func titles(ofPaperName name: String) -> [String] {
        let known = datasets.filter { $0.name == name && $0.origin == .real }.map(\.title)
        return known.isEmpty ? [name] : known
    }

    func value(of run: ReportRun, on axis: Axis) -> String { values.value(of: run, on: axis) }

    /// A value as it is printed beside those of `axes`.
    func text(_ value: String, on axis: Axis, beside axes: [Axis]) -> String {
        axis == .procedure && !axes.contains(.model)
            ? vocabulary.method(value, models: usedModels[value] ?? [])
            : axis.text(value, in: vocabulary)
    }

    /// How many cells of the file have no run, by their values on `axes`.
    func withoutRun(on axes: [Axis]) -> [[String]: Int] {
        Dictionary(
            withoutRun.map { cell in (axes.map { cell.value(on: $0, vocabulary) }, 1) },
            uniquingKeysWith: +)
    }

    /// A run's test result: published metrics pooled where they can be, the others as the mean
    /// over the test images.
    func number(_ run: RunID, _ metric: String) -> Double? {
        guard let result = results[run]?[metric] else { return nil }
        return metric.hasPrefix("published/")
            ? result.pooled ?? result.mean : result.mean ?? result.pooled
    }

    /// The samples of a metric over runs.
    func samples(_ runs: [ReportRun], _ metric: String) -> [Sample] {
        runs.compactMap { run in
            number(run.id, metric).map { Sample(run: run.id, value: $0) }
        }
    }

    /// The grid of the runs on `axes`.
    func grid(_ axes: [Axis]) -> RunGrid {
        RunGrid(runs, axes: axes, all: varying, values: values, vocabulary: vocabulary)
    }

    /// The axes, repetitions and `axes` apart, in which completed runs differ.
    func differing(_ runs: [ReportRun], besides axes: [Axis]) -> [Axis] {
        RunGrid.differing(runs, of: varying, besides: axes, values)
    }

    /// The axes that a request names, checked; settings in which the runs do not differ are left out.
    ///
    /// - Throws: `ReportError.unknownAxis`.
    func checked(_ axes: [Axis]) throws -> [Axis] {
        let shared = vocabulary.settingDefaults
        for axis in axes where !known.contains(axis) && shared[axis.name] == nil {
            // A program's setting that has one value in all of these runs.
            guard try !source.store.reportSettingNames().contains(axis.name) else { continue }
            throw ReportError.unknownAxis(
                name: axis.name,
                nearest: NearestName.close(to: axis.name, in: known.map(\.name)),
                known: known.map(\.name))
        }
        return axes.filter(known.contains)
    }

    /// The measures that a request names, or `standard`, limited to what the runs have.
    ///
    /// - Throws: `ReportError.unknownMetric`.
    func measures(
        _ standard: [ReportVocabulary.Measure], alsoPresent: Set<String> = []
    ) throws -> [ReportVocabulary.Measure] {
        guard request.values.isEmpty else {
            let present = Set(results.values.flatMap(\.keys)).union(alsoPresent)
            let known = vocabulary.measures.map(\.name) + present.sorted()
            return try request.values.map { name in
                guard known.contains(name) else {
                    throw ReportError.unknownMetric(
                        name: name, nearest: NearestName.close(to: name, in: known),
                        known: vocabulary.measures.map(\.name))
                }
                return vocabulary.measure(name)
            }
        }
        return standard
    }
}

extension String {
    /// The same with a capital at its beginning.
    var firstCapital: String { prefix(1).uppercased() + dropFirst() }
}
