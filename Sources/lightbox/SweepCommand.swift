import ArgumentParser
import Experiments

/// `lightbox sweep FILE`
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Train every cell of an experiment that is missing.",
        discussion: """
            A cell is its configuration: what is in the store already is not trained again. \
            Ctrl-C stops after the current step and saves; the same command continues.
            """)

    @Argument(help: "Experiment file, such as experiments/demo.yaml.")
    var file: String

    @OptionGroup var storeOption: StoreOption
    @OptionGroup var work: WorkOptions

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Override a key of the file: epochs=5, seed=[1,2].", valueName: "key=value"))
    var overrides: [String] = []

    @Flag(help: "List the cells and train nothing.")
    var dryRun = false

    func run() throws {
        let vocabulary = Catalogue.vocabulary
        let spec = try Spec(path: file, overrides: overrides, vocabulary: vocabulary)
        let plan = try SweepPlan(spec, vocabulary: vocabulary)
        if dryRun {
            for title in plan.titles { print(title) }
            if let search = spec.search { print(search.summary) }
            return
        }
        let store = try storeOption.openForWriting()
        try SweepLauncher(spec: spec, plan: plan, store: store, options: work).run()
    }
}
