import ArgumentParser
import Domain
import Launch
import Settings
import Specification
import Training

/// `lightbox train --dataset mcx --model unet --loss kltv`
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train one cell without an experiment file.")

    @Option(help: "Data set.") var dataset: String
    @Option(help: "Network, of procedures that segment.") var model: String?
    @Option(help: "Segmentation loss, of procedures that segment.") var loss: String?
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
        let known = Catalogue.vocabulary
        guard known.procedures.contains(procedure) else {
            throw ValidationError(
                "unknown procedure '\(procedure)'"
                    + NearestName.suffix(procedure, in: known.procedures) + ".")
        }
        for (name, value, names) in [
            ("model", model, known.models), ("loss", loss, known.losses),
        ] where value == nil && SettingUse.isUsed(name, by: procedure) {
            throw ValidationError(
                "expected --\(name) with procedure '\(procedure)'; known: "
                    + names.joined(separator: ", ") + ".")
        }
    }

    func run() throws {
        var options = [
            (key: "dataset", value: dataset), (key: "procedure", value: procedure),
            (key: "labels", value: labels), (key: "seed", value: seed),
        ]
        options += [("model", model), ("loss", loss)].compactMap { key, value in
            value.map { (key: key, value: $0) }
        }
        options += try SettingArguments(settings).options
        let vocabulary = Catalogue.vocabulary
        let spec = try Spec(name: name, options: options, vocabulary: vocabulary)
        let plan = try SweepPlan(spec, vocabulary: vocabulary)
        try Launching.launch(
            Launching.request(spec: spec, plan: plan, store: storeOption, work: work),
            with: LauncherRegistry.all[0])
    }
}
