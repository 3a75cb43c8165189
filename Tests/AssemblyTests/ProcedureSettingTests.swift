import Datasets
import Domain
import Foundation
import Losses
import Models
import Settings
import TensorCore
import TestSupport
import Testing
import Training

@testable import Assembly
@testable import Specification

/// What a procedure does not use makes no bit of difference, and what it uses does: the settings of
/// all registries with every procedure, so that a new one of either does not escape.
@Suite struct ProcedureSettingTests {
    private static func dataset() throws -> Dataset {
        let phantoms = PhantomOptions(count: 14, size: .square(64), seed: 3)
        let entry = try #require(DatasetRegistry.find("phantom"))
        return try entry.load(
            DataRoot(option: nil), LoadOptions(side: 32, phantom: phantoms, cache: nil))
    }

    /// The data set as it is read where the setting has another value.
    private static func read(_ dataset: Dataset, with name: String) throws -> Dataset {
        if name == UnlabelledSources.setting { return try dataset.joined(with: [other(dataset)]) }
        guard name == "structures" else { return dataset }
        return Dataset(
            name: dataset.name, shape: dataset.shape, structures: ["lungs", "again"],
            examples: dataset.examples, classNames: dataset.classNames,
            fingerprint: dataset.fingerprint, images: dataset.images,
            masks: dataset.masks.flatMap { [$0, 1 - $0] })
    }

    /// Negatives of the images as a data set of its own.
    private static func other(_ dataset: Dataset) -> Dataset {
        Dataset(
            name: "other", shape: dataset.shape, structures: dataset.structures,
            examples: dataset.examples, classNames: dataset.classNames, fingerprint: "other",
            images: dataset.images.map { 1 - $0 }, masks: dataset.masks, origin: dataset.origin)
    }

    private static func split(of dataset: Dataset) -> DataSplit {
        let own = DataSplit(
            train: Array(0..<10), validation: [], test: [12, 13], labelled: [0, 1, 2])
        guard dataset.examples.count > 14 else { return own }
        return own.joined(with: [(dataset, [0, 1, 2, 3])], behind: 14, keepsOwn: false)
    }

    private static func cell(_ procedure: String) throws -> Cell {
        var cell = Cell()
        (cell.model, cell.loss, cell.procedure) = ("ppau-net", "kltv", procedure)
        (cell.settings.epochs, cell.settings.stepsPerEpoch, cell.settings.batch) = (1, 2, 2)
        (cell.settings.width, cell.settings.image) = (2, 32)
        // In evaluation mode a teacher of one step draws something too.
        try TrainingSettings.field("batch-norm-momentum")?.set("0", in: &cell.settings)
        return cell
    }

    /// The weights after two steps with these settings, whether the cell uses them or not.
    private static func weights(_ cell: Cell, _ dataset: Dataset) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "settings-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try #require(ModelRegistry.find(cell.model))
        let loss = try #require(LossRegistry.find(cell.loss))
        let request = RunRequest(
            dataset: dataset, split: split(of: dataset),
            networks: NetworkFactory(model: model, settings: cell.settings),
            loss: loss.make(cell.settings.values), settings: cell.settings, seed: 7,
            folder: folder)
        let entry = try #require(ProcedureRegistry.find(cell.procedure))
        _ = try entry.make().run(
            request, context: ComputeContext(threads: 1), observer: { _ in },
            shouldStop: { false })
        return try Data(contentsOf: folder.appending(path: "last.safetensors"))
    }

    @Test(arguments: ProcedureRegistry.names)
    func onlyWhatIsDeclaredIsUsed(procedure: String) throws {
        let dataset = try Self.dataset()
        let plain = try Self.cell(procedure)
        let expected = try Self.weights(plain, dataset)
        #expect(try Self.weights(plain, dataset) == expected)
        for name in SettingUse.all.keys.sorted() {
            guard let field = TrainingSettings.field(name) else { continue }
            var cell = plain
            try field.set(field.otherText, in: &cell.settings)
            #expect(cell.settings != plain.settings, "\(name) has another value")
            let isSame = try Self.weights(cell, Self.read(dataset, with: name)) == expected
            // What is no part of a run's identity must not decide what it learns.
            let decides = cell.uses(name) && field.isPartOfIdentity
            #expect(isSame != decides, "\(procedure) and \(name)")
        }
    }
}
