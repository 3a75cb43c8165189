import Datasets
package import Domain
public import RunStore
public import Specification
package import Training

/// A run of the store, read back: what was trained and where its weights lie.
public struct StoredRun: Sendable {
    /// Its number.
    public let id: RunID
    /// The cell that was trained.
    public let cell: Cell
    /// The digest of its configuration.
    public let digest: String
    /// Its state as it was last written.
    public let state: RunState
    /// The title of the data set that it was trained on.
    public let datasetTitle: String
    /// Its files of weights by kind ("weights-best", "weights-last"); what is wrong about one comes
    /// when it is asked for.
    public let files: [String: Result<ArtifactFile, ArtifactError>]
    /// The fingerprints of the data that it was trained on.
    package let data: DataFingerprint
    /// The classes of the data set that it was trained on, in index order; nil where the store does
    /// not say.
    public let classNames: [String]?

    /// Reads run `id`.
    ///
    /// - Throws: `StoreError`, also where there is no such run or it is no cell's; `CellError` where
    ///   it has a setting that this Lightbox does not take.
    public init(_ id: RunID, in store: RunStore) throws {
        let run = try store.cellRun(id)
        self.id = id
        cell = try Cell(run)
        digest = run.configuration.digest
        data = DataFingerprint(of: run.configuration)
        state = run.state
        datasetTitle = run.datasetTitle
        files = try store.files(of: id)
        classNames = run.classes
    }

    /// `mcx unet tv 100 % seed 1`.
    package var title: String {
        ([datasetTitle] + cell.names() + [cell.labelsTitle, "seed \(cell.seed)"])
            .joined(separator: " ")
    }

    /// What its procedure gives.
    package func results(in zoo: Zoo) -> ProcedureEntry.Results {
        zoo.procedures.first { $0.name == cell.procedure }?.results ?? [.masks]
    }

    /// The file of weights as the store names it; nil where it names none.
    ///
    /// - Throws: `ArtifactError`.
    package func file(of weights: WeightsKind) throws -> ArtifactFile? {
        try files["weights-\(weights.rawValue)"]?.get()
    }

    /// The masks that it kept of its test images; nil where it kept none.
    ///
    /// - Parameter images: the test images whose masks the store has measured.
    /// - Throws: `ArtifactError`, `KeptMasksError`.
    public func keptMasks(ofImages images: @autoclosure () throws -> [String]) throws -> KeptMasks?
    {
        guard let file = try files[KeptMasks.kind]?.get() else { return nil }
        return try KeptMasks(file, of: digest, images: images())
    }
}
