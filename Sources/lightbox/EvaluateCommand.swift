import ArgumentParser
import Console
import Datasets
import Domain
import RunStore
import Runner
import Wording

/// `lightbox evaluate --runs 1-4 --on scx`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Evaluate trained runs on other data sets than their own.",
        discussion: """
            Every image of the other data set that has a mask (or a class, for runs that tell \
            classes) is evaluated, prepared as the run's own images were. What the store has is not \
            evaluated again. A data set whose images a run has seen in training is no test of it and \
            is left out. 'lightbox report external' shows who was tested on what.

            With --ensemble the runs answer together, with the mean of their probabilities, on the \
            images that none of them has seen: without --on, the test images that they have in common. \
            The store keeps an ensemble as a run of its own.
            """)

    @OptionGroup var selection: RunSelection

    @Option(
        name: .customLong("on"),
        help: ArgumentHelp(
            "Data set to evaluate on, such as scx or folder:NAME (repeatable).",
            valueName: "data set"))
    var datasets: [String] = []

    @Flag(help: "Evaluate the runs as one: the mean of their probabilities.")
    var ensemble = false

    @Flag(
        help: ArgumentHelp(
            "With --ensemble: also each image mirrored from left to right, with left and right structures exchanged."
        ))
    var mirror = false

    @Option(
        help:
            "Folder of the data sets (else the experiment's 'data:', else LIGHTBOX_DATA, else ./data)."
    )
    var data: String?

    @Option(help: "Which weights: best (at the best validation Dice), last or both.")
    var weights = Choice.best

    @Option(help: "Evaluations at once (default: as many as processors).")
    var jobs: Int?

    @Option(help: "Threads of each evaluation (default: the processors shared out).")
    var threads: Int?

    @Flag(help: "List what would be evaluated, and evaluate nothing.")
    var dryRun = false

    @Flag(help: "Show failures and warnings only.")
    var quiet = false

    @OptionGroup var storeOption: StoreOption

    /// Weights as the option names them.
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case best, last, both

        var kinds: [WeightsKind] {
            switch self {
            case .best: [.best]
            case .last: [.last]
            case .both: [.best, .last]
            }
        }
    }

    func validate() throws {
        if datasets.isEmpty, !ensemble {
            throw ValidationError("expected --on with a data set.")
        }
        if mirror, !ensemble { throw ValidationError("expected --ensemble with --mirror.") }
        if ensemble, jobs != nil {
            throw ValidationError(
                "expected no --jobs with --ensemble, which is one; see --threads.")
        }
        try WorkOptions.check(jobs: jobs, threads: threads)
    }

    func run() throws {
        let place = DataRoot(option: data)
        for name in datasets { _ = try DatasetRegistry.require(name, below: place) }
        let store = try dryRun ? storeOption.openForReading() : existing()
        defer { try? store.close() }
        let runs = try selection.ids(in: store)
        let result = try result(of: runs, in: store)
        guard !dryRun else { return }
        try Printer.standard.print(result.summary)
        try result.end()
    }

    private func result(
        of runs: [RunID], in store: RunStore
    ) throws -> ExternalEvaluation.Result {
        let root = try ExperimentData.root(
            option: data, runs: runs, datasets: datasets, in: store)
        guard ensemble else {
            return try ExternalEvaluation(
                datasets: datasets, weights: weights.kinds, root: root, jobs: jobs,
                threads: threads, isQuiet: quiet
            ).run(runs, in: store, isDryRun: dryRun)
        }
        return try EnsembleWork(
            datasets: ExternalEvaluation.unique(datasets), weights: weights.kinds,
            isMirrored: mirror, root: root, threads: threads, isQuiet: quiet
        ).run(runs, in: store, isDryRun: dryRun)
    }

    /// The store for writing; one that there is not is an error.
    private func existing() throws -> RunStore {
        try storeOption.openForReading().close()
        return try storeOption.openForWriting()
    }
}
