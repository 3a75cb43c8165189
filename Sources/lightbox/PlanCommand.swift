import ArgumentParser
import Assembly
import Console
import Datasets
import Domain
import Foundation
import Reports
import RunStore
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
            those of its data set. Times are those of runs that cost as much an epoch: of the same \
            network, width and size of images. Patients and phantoms tell nothing of each other. \
            Trains nothing.
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

    @Option(help: "Folder of the data sets (else the file's data:, LIGHTBOX_DATA, ./data).")
    var data: String?

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
        question.origins = Self.origins(
            of: plan.cells, below: DataRoot(option: data, experiment: spec.data))
        question.cost = { run in
            (try? store.cellRun(run)).flatMap { try? Specification.Cell($0) }
                .map { Self.cost(of: $0) }
        }
        let document = try PowerPlan(
            question, experiment: spec.name, settings: Self.settings(plan.cells),
            from: ReportSource(store: store, vocabulary: .registries, request: ReportRequest())
        ).document()
        try page.show(document)
    }

    /// Where the images of the data sets that are at hand come from.
    private static func origins(
        of cells: [Specification.Cell], below root: DataRoot
    ) -> [String: DatasetRecord.Origin] {
        let shelf = DatasetShelf(root: root)
        var origins: [String: DatasetRecord.Origin] = [:]
        var seen: Set<String> = []
        for cell in cells where seen.insert(cell.dataset).inserted {
            origins[cell.dataset] = (try? shelf.dataset(for: cell)).map {
                $0.origin == .phantom ? .phantom : .real
            }
        }
        return origins
    }

    /// What the time of an epoch depends on, beside the data set: of each name what the cell says.
    private static func cost(of cell: Specification.Cell) -> [String: String] {
        let names = [
            "model", "procedure", "image", "width", "steps-per-epoch", "structures",
            "strong-views", "labelled-images", "folds", "unlabelled",
        ]
        return Dictionary(
            names.filter(cell.uses).map { ($0, cell.text(of: $0) ?? "") },
            uniquingKeysWith: { first, _ in first })
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
            setting.cost = cost(of: plain)
            return setting
        }
    }
}
