import Assembly
import Datasets
import Domain
import Foundation
import RunStore
import Specification
import Training

/// A stored run whose weights are to be evaluated: what it was trained on and what it tells.
struct TestedRun: Sendable {
    let id: RunID
    let cell: Cell
    let state: RunState
    /// What its weights have seen; nil before training.
    let trained: TrainedImages?
    let files: [String: Result<ArtifactFile, ArtifactError>]
    /// The classes of its own data set.
    let classNames: [String]
    /// The title of that data set.
    let datasetTitle: String

    /// Reads run `id`.
    init(_ id: RunID, in store: RunStore) throws {
        self.id = id
        cell = try Cell(ofRun: id, in: store)
        trained = try store.trainedImages(of: id)
        files = try store.files(of: id)
        let row = try store.query(
            """
            SELECT r.state, d.classes, r.dataset
            FROM run r LEFT JOIN dataset d ON d.id = r.dataset_id WHERE r.id = :run
            """, parameters: ["run": .integer(id)]
        ).rows.first
        state = row?[0].text.flatMap(RunState.init) ?? .queued
        classNames = row?[1].text.flatMap(NameList.init(json:))?.names ?? []
        datasetTitle = row?[2].text ?? cell.dataset
    }

    /// `mcx unet tv 100 % seed 1`.
    var title: String {
        "\(datasetTitle) \(cell.model) \(cell.loss) \(cell.labelsTitle) seed \(cell.seed)"
    }

    /// What its procedure gives.
    func results(in zoo: Zoo) -> ProcedureEntry.Results {
        zoo.procedures.first { $0.name == cell.procedure }?.results ?? [.masks]
    }

    /// The file of weights, whole.
    ///
    /// - Throws: `ArtifactError`; `ExternalProblem` where there is none.
    func file(of weights: WeightsKind) throws -> ArtifactFile {
        guard let file = try files["weights-\(weights.rawValue)"]?.get() else {
            throw ExternalProblem("there are no '\(weights.rawValue)' weights of it in the store")
        }
        try file.verify()
        return file
    }

    /// The structures that the weights segment, see `NameList.structures`.
    func structures(_ metadata: [String: String], in shelf: DatasetShelf) -> [String]? {
        NameList.structures(metadata, of: cell, in: try? shelf.entry(named: cell.dataset))
    }
}

/// Why a run cannot be evaluated on a data set: a clause that follows the run's number.
struct ExternalProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
