package import Datasets
import Domain
package import Foundation
import Losses
package import Models
import NN
import Programs
import Settings
package import Specification
import TensorCore
package import Training

extension Zoo {
    /// What training the cell needs.
    ///
    /// - Parameters:
    ///   - folder: the run's own folder.
    ///   - identity: the canonical configuration.
    ///   - checkpointIdentity: what checkpoints carry, so that none of another run is continued; nil
    ///     for the same.
    package func request(
        for cell: Cell, dataset: Dataset, split: DataSplit, folder: URL, identity: String,
        checkpointIdentity: String? = nil
    ) throws -> RunRequest {
        let settings = cell.used.settings
        let (networks, loss) = try parts(of: cell, settings)
        var metadata = [
            "lightbox.configuration": identity, "lightbox.dataset": cell.dataset,
            "lightbox.model": cell.model, "lightbox.loss": cell.loss,
            "lightbox.procedure": cell.procedure,
            "lightbox.image": SettingValue(settings.image).text,
            "lightbox.width": String(settings.width),
            "lightbox.normalisation": settings.normalisation.rawValue,
            NameList.classes: NameList(dataset.classNames).json,
        ]
        if dataset.structures.count > 1 || !settings.structures.isEmpty {
            metadata[NameList.structures] = NameList(dataset.structures).json
        }
        if settings.exclusive { metadata["lightbox.exclusive"] = "true" }
        if settings.channels != .gray {
            metadata["lightbox.channels"] = settings.channels.rawValue
        }
        if settings.resize != .stretch { metadata["lightbox.resize"] = settings.resize.rawValue }
        return RunRequest(
            dataset: dataset, split: split, networks: networks, loss: loss, settings: settings,
            seed: cell.seed, folder: folder, metadata: metadata,
            identity: checkpointIdentity ?? identity)
    }

    /// The networks and the loss of the cell; a program has its own.
    private func parts(
        of cell: Cell, _ settings: TrainingSettings
    ) throws -> (NetworkFactory, any Loss) {
        guard cell.program == nil else { return (.programs, ProgramsLoss()) }
        guard let model = models.first(where: { $0.name == cell.model }) else {
            throw CellError.unknown(kind: "model", name: cell.model, known: models.map(\.name))
        }
        guard let loss = losses.first(where: { $0.name == cell.loss }) else {
            throw CellError.unknown(kind: "loss", name: cell.loss, known: losses.map(\.name))
        }
        return (NetworkFactory(model: model, settings: settings), loss.make(settings.values))
    }

    /// The procedure of the cell.
    package func procedure(of cell: Cell) throws -> any Procedure {
        if let program = cell.program {
            return ProgramProcedure(
                program,
                cell: ProgramCell(
                    model: cell.model, loss: cell.loss, labels: cell.labels,
                    settings: cell.parameters))
        }
        guard let entry = procedures.first(where: { $0.name == cell.procedure }) else {
            throw CellError.unknown(
                kind: "procedure", name: cell.procedure, known: procedures.map(\.name))
        }
        return entry.make()
    }
}

/// The loss of a program, which computes it elsewhere.
private struct ProgramsLoss: Loss {
    func callAsFunction(
        _ probabilities: Variable, target: Tensor, weight: Double, on tape: Tape
    ) -> Double { preconditionFailure("a program's loss is not Lightbox's") }
}

extension NetworkFactory {
    /// The networks of a program, which are elsewhere.
    fileprivate static let programs = NetworkFactory(
        segmentor: { _, _, _ in preconditionFailure("a program's networks are not Lightbox's") },
        classifier: { _, _, _ in preconditionFailure("a program's networks are not Lightbox's") })

    /// The networks that the settings ask for.
    package init(model: ModelEntry, settings: TrainingSettings) {
        let (values, isExclusive) = (settings.values, settings.exclusive)
        self.init(
            segmentor: { channels, structures, make in
                model.make(
                    NetworkSettings(
                        inputChannels: channels, structures: structures,
                        isExclusive: isExclusive, values: values), &make)
            },
            classifier: { inputChannels, outputs, make in
                ClassifierRegistry.standard.make(inputChannels, outputs, values, &make)
            })
    }
}
