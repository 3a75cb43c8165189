import Assembly
public import RunStore
public import Specification

/// A run of the store, read back: what was trained and where its weights lie.
public struct StoredRun: Sendable {
    /// Its number.
    public let id: RunID
    /// The cell that was trained.
    public let cell: Cell
    /// Its files of weights by kind ("weights-best", "weights-last"); what is wrong about one comes
    /// when it is asked for.
    public let files: [String: Result<ArtifactFile, ArtifactError>]
    /// The classes of the data set that it was trained on, in index order; nil where the store does
    /// not say.
    public let classNames: [String]?

    /// Reads run `id`.
    ///
    /// - Throws: `StoreError`; `CellError` where there is no such run.
    public init(_ id: RunID, in store: RunStore) throws {
        let cell = try Cell(ofRun: id, in: store)
        files = try store.files(of: id)
        let classes = try store.query(
            "SELECT d.classes FROM run r JOIN dataset d ON d.id = r.dataset_id WHERE r.id = :run",
            parameters: ["run": .integer(id)])
        classNames = classes.rows.first?[0].text.flatMap(NameList.init(json:))?.names
        self.id = id
        self.cell = cell
    }
}
