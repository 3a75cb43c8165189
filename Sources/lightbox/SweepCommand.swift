import ArgumentParser
import Console
import Launch
import Specification
import Wording

/// `lightbox sweep FILE`
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Train every cell of an experiment that is missing.",
        discussion: """
            A cell is its configuration: what is in the store already is not trained again. \
            Ctrl-C stops after the current step and saves; the same command continues. Other \
            launchers than the default hand the cells over and return at once.
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

    @OptionGroup var launching: LaunchArguments

    @Flag(help: "List the cells, or print the launcher's scripts, and train nothing.")
    var dryRun = false

    func run() throws {
        let (launcher, options) = try launching.checked()
        let vocabulary = Catalogue.vocabulary
        let spec = try Spec(path: file, overrides: overrides, vocabulary: vocabulary)
        let plan = try SweepPlan(spec, vocabulary: vocabulary)
        let request = Launching.request(
            spec: spec, plan: plan, store: storeOption, work: work, options: options)
        if dryRun {
            for note in plan.notes { Printer.errors.say(note) }
            let preview = VisibleText.lines(try launcher.preview(request))
            if launcher.name == LauncherRegistry.all[0].name {
                try Printer.standard.print(preview)
            } else {
                // Scripts.
                try Printer.standard.print(whole: preview)
            }
            if !spec.evaluate.isEmpty {
                Printer.errors.say(
                    "then each completed run is evaluated on "
                        + spec.evaluate.joined(separator: ", "))
            }
            try Launching.findData(of: plan, below: request.data)
            // Where a long list has scrolled away; programs count lines.
            if Printer.standard.isTerminal {
                try Printer.standard.print(
                    "\(spec.name): \(Plural.count(plan.cells.count, "cell"))")
            }
        } else {
            try Launching.launch(request, with: launcher)
        }
    }
}
