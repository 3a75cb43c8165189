internal import Domain
internal import Foundation
public import RunStore
internal import Statistics

/// How many seeds a difference needs, from how much runs of the store vary, and how long they train.
public struct PowerPlan {
    /// One setting of an experiment's file; its seeds apart.
    public struct Setting: Sendable, Hashable {
        /// Registered names, and the percentage of labels.
        public let dataset: String, model: String, procedure: String, labels: Double
        /// Planned epochs.
        public let epochs: Int
        /// Whatever else tells it apart.
        public let rest: String
        /// What the time of an epoch depends on beside the data set, by name: width, side of the
        /// images.
        public var cost: [String: String] = [:]
        /// How many runs a seed has: one a fold.
        public var folds = 1

        /// Makes a setting.
        public init(
            dataset: String, model: String, procedure: String, labels: Double, epochs: Int,
            rest: String
        ) {
            self.dataset = dataset
            self.model = model
            self.procedure = procedure
            self.labels = labels
            self.epochs = epochs
            self.rest = rest
        }
    }

    /// What is asked.
    public struct Question: Sendable {
        /// The smallest true difference that is to be found.
        public var difference: Double
        /// The chance with which it is to be found.
        public var power = 0.8
        /// Cells trained at once.
        public var jobs = 1
        /// This machine's processor.
        public var cpu: String?
        /// Where the images of data sets come from, by registered name, as far as it is known.
        public var origins: [String: DatasetRecord.Origin] = [:]
        /// What the time of a run's epochs depended on, as `Setting.cost` has it; nil where nobody
        /// knows.
        public var cost: @Sendable (RunID) -> [String: String]? = { _ in [:] }

        /// Asks for one difference.
        public init(difference: Double) { self.difference = difference }
    }

    private let source: ReportSource
    private let experiment: String
    private let settings: [Setting]
    private let question: Question

    /// Most seeds that are thought about.
    static let most = 1000

    /// A plan for the settings of an experiment's file; `source` selects nothing.
    public init(
        _ question: Question, experiment: String, settings: [Setting], from source: ReportSource
    ) {
        self.question = question
        self.experiment = experiment
        self.settings = settings
        self.source = source
    }

    /// The plan: a row each data set and percentage of labels.
    ///
    /// - Throws: `ReportError.noSpread` where the store has nothing to tell from; `StoreError`.
    public func document() throws -> ReportDocument {
        var groups: [(dataset: String, labels: Double, settings: [Setting])] = []
        for setting in settings {
            if let index = groups.firstIndex(where: {
                $0.dataset == setting.dataset && $0.labels == setting.labels
            }) {
                groups[index].settings.append(setting)
            } else {
                groups.append((setting.dataset, setting.labels, [setting]))
            }
        }
        let rows = try groups.map { try row($0.dataset, $0.labels, $0.settings) }
        let percent = NumberFormat.short((question.power * 1000).rounded() / 10)
        var table = Table(
            id: "plan",
            title:
                "Seeds to find a difference of \(NumberFormat.short(question.difference)) in Dice",
            columns: [
                Axis.dataset.column, Axis.labels.column,
                Column("settings", title: "Settings", role: .count),
                Column("sd", title: "SD of a difference", decimals: 4),
                Column("from", title: "From", role: .label),
                Column("seeds", title: "Seeds, one split", role: .label),
                Column("redrawn", title: "Seeds, redrawn splits", role: .label),
                Column("minutes", title: "A run (min)", decimals: 1),
                Column("hours", title: "All runs (h)", decimals: 1),
                Column("times", title: "Times from", role: .label),
            ], rows: rows)
        table.notes = [
            "Seeds: with which the paired t-test (p < 0.05) finds a true difference of that size with "
                + "a chance of \(percent) %, at least \(PairedComparison.fewestUnits); the p-value of "
                + "one comparison, before Holm's correction. The differences' standard deviation is "
                + "that of pairs of settings with the same seed, pooled over pairs.",
            "One split: all seeds train and test on the same images. Redrawn: the seed draws them "
                + "anew, and pairs count for less (Nadeau and Bengio); –: not even "
                + "\(Self.most) seeds do.",
            "A run: from runs of the same data set, network, procedure, labels, width and size of "
                + "images, by epochs.",
            "All runs: every setting with the seeds of one split, "
                + (question.jobs == 1 ? "one run after another" : "\(question.jobs) at once")
                + ", whether or not the store has some of them.",
        ]
        if rows.contains(where: { $0.cells[7].number == nil }) {
            table.notes.append(
                "Times (–): a setting has no completed run like it. A short one tells: sweep the file "
                    + "with --set epochs=2 --set seed=1, then plan again.")
        }
        if settings.contains(where: { $0.folds > 1 }) {
            table.notes.append(
                "Seeds are of one division. Where the file has folds, a seed is a run of each, and all "
                    + "runs are these; a comparison then counts folds, not seeds.")
        }
        return ReportDocument(name: "plan", title: "Plan of \(experiment)", blocks: [.table(table)])
    }

    private func row(_ dataset: String, _ labels: Double, _ settings: [Setting]) throws
        -> Table.Row
    {
        let place = try place(of: dataset)
        let found = try spread(place, labels)
        func seeds(_ overlap: Double) -> Int? {
            TTestPower.pairs(
                difference: question.difference, sd: found.sd, power: question.power,
                overlap: overlap, most: Self.most)
        }
        let needed = seeds(0)
        let times = try times(settings, place)
        let runs = settings.reduce(0) { $0 + $1.folds }
        let hours = needed.flatMap { count in
            times.total.map { $0 * Double(count) / 3600 / Double(question.jobs) }
        }
        func text(_ count: Int?) -> Cell { .text(count.map(String.init) ?? "–") }
        func number(_ value: Double?) -> Cell {
            value.map { Cell(.derived($0), runs: times.runs) } ?? Cell(.missing)
        }
        return Table.Row(
            id: "\(dataset)/\(NumberFormat.short(labels))", group: dataset,
            cells: [
                .text(Axis.dataset.text(place.title, in: source.vocabulary)),
                .text(NumberFormat.short(labels)), Cell(.count(settings.count)),
                Cell(.derived(found.sd), runs: found.runs), .text(found.origin), text(needed),
                text(found.ratio.flatMap(seeds)),
                number(times.total.map { $0 / Double(runs) / 60 }), number(hours),
                .text(times.origin),
            ])
    }

    // MARK: From the store

    /// The data sets of the store that a registered name stands for here: patients or phantoms, never
    /// both.
    private struct Place {
        let name: String
        let origin: DatasetRecord.Origin
        /// Titles in the store; several where there are several versions.
        let titles: Set<String>
        /// How it is called in the table.
        var title: String {
            titles.count == 1
                ? titles.first ?? name : origin == .phantom ? "\(name) (phantom)" : name
        }
    }

    /// The origin is that of the data at hand; else of the experiment's runs, else of all, where
    /// patients come first.
    private func place(of name: String) throws -> Place {
        func known(_ selection: ReportSelection) throws -> [ReportDataset] {
            let runs = try source.store.reportRuns(selection)
            return try source.store.reportDatasets(Set(runs.compactMap(\.datasetID)).sorted())
                .filter { $0.name == name }
        }
        let all = try known(ReportSelection())
        var own: [ReportDataset] = []
        if try source.store.experiments().contains(experiment) {
            var selection = ReportSelection()
            selection.experiment = experiment
            own = try known(selection)
        }
        let origin =
            question.origins[name]
            ?? [own, all].compactMap { sets in sets.map(\.origin).min() }.first ?? .real
        return Place(
            name: name, origin: origin,
            titles: Set(all.filter { $0.origin == origin }.map(\.title)))
    }

    private struct Spread {
        let sd: Double
        /// n_test / n_train of the runs' splits.
        let ratio: Double?
        let runs: [RunID]
        let origin: String
    }

    /// The differences of pairs of settings: of the experiment, else of all runs of the data set with
    /// as many labels, else of all of the data set.
    private func spread(_ place: Place, _ labels: Double) throws -> Spread {
        for (origin, isOwn, hasLabels) in [
            ("this experiment", true, true), ("runs with as many labels", false, true),
            ("runs of the data set", false, false),
        ] {
            if isOwn, try !source.store.experiments().contains(experiment) { continue }
            let data = try load(place) { selection in
                if isOwn { selection.experiment = experiment }
                if hasLabels { selection.labels = [labels] }
            }
            let axes = (Axis.fixed + data.varying).unique
            let cells = data.grid(axes).cells.filter { $0.completed.count > 1 && !$0.isPooled }
            var (squares, degrees, pairs) = (0.0, 0, 0)
            var (tested, trained) = (0.0, 0.0)
            var used: Set<RunID> = []
            for (index, cell) in cells.enumerated() {
                for other in cells[..<index]
                where cell.values[0] == other.values[0] && cell.values[5] == other.values[5] {
                    guard
                        let (found, comparison) = data.pairing.comparison(
                            data.samples(cell.completed, data.objective.name),
                            data.samples(other.completed, data.objective.name))
                    else { continue }
                    let test = comparison.test
                    squares += Double(test.degrees) * test.sd * test.sd
                    degrees += test.degrees
                    pairs += 1
                    used.formUnion(found.runs)
                    tested += Double(found.testImages)
                    trained += found.trainImages
                }
            }
            guard degrees > 0 else { continue }
            return Spread(
                sd: (squares / Double(degrees)).squareRoot(),
                ratio: trained > 0 ? tested / trained : nil, runs: used.sorted(),
                origin: "\(pairs == 1 ? "1 pair" : "\(pairs) pairs") of settings, \(origin)")
        }
        throw ReportError.noSpread(
            dataset: place.origin == .phantom && place.name != "phantom"
                ? "\(place.name) (phantom)" : place.name, store: source.store.url.path)
    }

    private struct Times {
        /// Seconds of one run of each setting together; nil where one of them is not known.
        var total: Double?
        /// The runs that tell.
        var runs: [RunID] = []
        var origin: String
    }

    /// The mean of the runs of the data set that cost as much an epoch, by epochs; on this processor
    /// where there are such.
    private func times(_ settings: [Setting], _ place: Place) throws -> Times {
        let runs = try source.store.reportRuns(ReportSelection()).filter {
            $0.state == .completed && $0.epochs > 0 && ($0.seconds ?? 0) > 0
                && place.titles.contains($0.dataset)
        }
        let costs = Dictionary(
            runs.map { ($0.id, question.cost($0.id)) }, uniquingKeysWith: { first, _ in first })
        var total = 0.0
        var isHere = true
        var unknown = 0
        var used: Set<RunID> = []
        for setting in settings {
            let alike = runs.filter {
                $0.model == setting.model && $0.procedure == setting.procedure
                    && $0.labels == setting.labels && costs[$0.id] == setting.cost
            }
            let here = alike.filter { $0.cpu != nil && $0.cpu == question.cpu }
            let chosen = here.isEmpty ? alike : here
            guard let mean = Summary(chosen.map { ($0.seconds ?? 0) / Double($0.epochs) })?.mean
            else {
                unknown += 1
                continue
            }
            if here.isEmpty { isHere = false }
            used.formUnion(chosen.map(\.id))
            total += mean * Double(setting.epochs) * Double(setting.folds)
        }
        guard unknown == 0 else {
            let some =
                unknown == settings.count ? "" : " for \(unknown) of \(settings.count) settings"
            return Times(origin: "no run like it\(some)")
        }
        return Times(
            total: total, runs: used.sorted(),
            origin: Self.text(of: used.sorted())
                + (isHere ? " on this processor" : " on another processor"))
    }

    /// `runs 1–8`; of many that lie scattered only how many.
    private static func text(of runs: [RunID]) -> String {
        let ranges = NumberFormat.ranges(runs)
        if ranges.count > 40 { return "\(runs.count) runs" }
        return (runs.count == 1 ? "run " : "runs ") + ranges
    }

    private func load(
        _ place: Place, _ change: (inout ReportSelection) -> Void
    ) throws -> ReportData {
        var source = source.adjusted { change(&$0.selection) }
        source.acceptsNothing = true
        return try source.load { $0.filter { place.titles.contains($0.dataset) } }
    }
}
