package import Datasets
package import Foundation
import Losses
package import Models
import NN
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
        guard let model = models.first(where: { $0.name == cell.model }) else {
            throw CellError.unknown(kind: "model", name: cell.model, known: models.map(\.name))
        }
        guard let loss = losses.first(where: { $0.name == cell.loss }) else {
            throw CellError.unknown(kind: "loss", name: cell.loss, known: losses.map(\.name))
        }
        let settings = cell.used.settings
        var metadata = [
            "lightbox.configuration": identity, "lightbox.dataset": cell.dataset,
            "lightbox.model": cell.model, "lightbox.loss": cell.loss,
            "lightbox.procedure": cell.procedure, "lightbox.image": String(settings.image),
            "lightbox.width": String(settings.width),
            "lightbox.normalisation": settings.normalisation.rawValue,
            NameList.classes: NameList(dataset.classNames).json,
        ]
        if dataset.structures.count > 1 || !settings.structures.isEmpty {
            metadata[NameList.structures] = NameList(dataset.structures).json
        }
        if settings.exclusive { metadata["lightbox.exclusive"] = "true" }
        return RunRequest(
            dataset: dataset, split: split,
            networks: NetworkFactory(model: model, settings: settings),
            loss: loss.make(settings.values), settings: settings, seed: cell.seed,
            folder: folder, metadata: metadata, identity: checkpointIdentity ?? identity)
    }

    /// The procedure of the cell.
    package func procedure(of cell: Cell) throws -> any Procedure {
        guard let entry = procedures.first(where: { $0.name == cell.procedure }) else {
            throw CellError.unknown(
                kind: "procedure", name: cell.procedure, known: procedures.map(\.name))
        }
        return entry.make()
    }
}

extension NetworkFactory {
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
