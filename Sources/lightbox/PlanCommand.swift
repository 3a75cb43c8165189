import ArgumentParser
import Console
import Foundation
import Reports
import Runner
import Settings
import Specification
import Training

/// `lightbox plan FILE`
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say how many seeds a difference needs, and how long they train.",
        discussion: """
            From how much runs of the store vary from seed to seed: those of the experiment, else \
            those of its data set. Trains nothing.
            """)

    @Argument(help: "Experiment file, such as experiments/demo.yaml.")
    var file: String

    @Option(help: "The difference in Dice that is to be found.")
    var detect = 0.005

    @Option(help: "The chance with which it is to be found.")
    var power = 0.8

    @Option(help: "Cells trained at once.")
    var jobs = 1

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Override a key of the file: epochs=5, seed=[1,2].", valueName: "key=value"))
    var overrides: [String] = []

    @OptionGroup var page: PageOptions
    @OptionGroup var storeOption: StoreOption

    func validate() throws {
        guard detect > 0, detect < 1 else {
            throw ValidationError("--detect is \(detect); expected a number between 0 and 1.")
        }
        guard power >= 0.05, power <= 0.999 else {
            throw ValidationError("--power is \(power); expected a number from 0.05 to 0.999.")
        }
        guard jobs >= 1 else {
            throw ValidationError("--jobs is \(jobs); expected a whole number from 1.")
        }
    }

    func run() throws {
        let vocabulary = Catalogue.vocabulary
        let spec = try Spec(path: file, overrides: overrides, vocabulary: vocabulary)
        let plan = try SweepPlan(spec, vocabulary: vocabulary)
        let store = try storeOption.openForReading()
        var question = PowerPlan.Question(difference: detect)
        question.power = power
        question.jobs = jobs
        question.cpu = Machine.processor
        let document = try PowerPlan(
            question, experiment: spec.name, settings: Self.settings(plan.cells),
            from: ReportSource(store: store, vocabulary: .registries, request: ReportRequest())
        ).document()
        try page.show(document)
    }

    /// The cells without what repeats them, each once, in the order of the plan.
    private static func settings(_ cells: [Specification.Cell]) -> [PowerPlan.Setting] {
        var folds: [Specification.Cell: Set<NumberOrWord>] = [:]
        var order: [Specification.Cell] = []
        for cell in cells {
            var plain = cell
            plain.seed = 0
            plain.settings.splitSeed = nil
            plain.settings.fold = CommonSettings.noFolds
            if folds[plain] == nil { order.append(plain) }
            folds[plain, default: []].insert(cell.settings.fold)
        }
        return order.map { plain in
            var setting = PowerPlan.Setting(
                dataset: plain.dataset, model: plain.model, procedure: plain.procedure,
                labels: plain.labels, epochs: plain.settings.epochs, rest: "\(plain)")
            setting.folds = folds[plain]?.count ?? 1
            return setting
        }
    }
}
