import ArgumentParser
import Launch
import Settings
import Specification
import Training

/// `lightbox train --dataset mcx --model unet --loss kltv`
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train one cell without an experiment file.")

    @Option(help: "Data set.") var dataset: String
    @Option(help: "Network; not needed where the procedure segments nothing.") var model: String?
    @Option(help: "Segmentation loss; not needed where the procedure segments nothing.")
    var loss: String?
    @Option(help: "Training procedure.") var procedure = Cell.defaultProcedure
    @Option(help: "Percent of the training images whose labels are used.") var labels = "100"
    @Option(help: "Seed of everything random.") var seed = "1"
    @Option(help: "Experiment in the store that the run belongs to.") var name = "train"

    @OptionGroup var storeOption: StoreOption
    @OptionGroup var work: WorkOptions

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "Training settings, with their defaults:", discussion: SettingsHelp.text,
            valueName: "--setting value"))
    var settings: [String] = []

    func validate() throws {
        for (name, value) in [("model", model), ("loss", loss)]
        where value == nil && SettingUse.isUsed(name, by: [procedure]) {
            throw ValidationError("Missing expected argument '--\(name) <\(name)>'")
        }
    }

    func run() throws {
        var options = [
            (key: "dataset", value: dataset), (key: "procedure", value: procedure),
            (key: "labels", value: labels), (key: "seed", value: seed),
        ]
        if let model { options.append((key: "model", value: model)) }
        if let loss { options.append((key: "loss", value: loss)) }
        options += try SettingArguments(settings).options
        let vocabulary = Catalogue.vocabulary
        let spec = try Spec(name: name, options: options, vocabulary: vocabulary)
        let plan = try SweepPlan(spec, vocabulary: vocabulary)
        try Launching.launch(
            Launching.request(spec: spec, plan: plan, store: storeOption, work: work),
            with: LauncherRegistry.all[0])
    }
}
