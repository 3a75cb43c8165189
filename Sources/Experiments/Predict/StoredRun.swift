public import Foundation
public import RunStore
import Training

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
    /// Settings that this Lightbox does not know (a later one wrote the run) are left out.
    ///
    /// - Throws: `StoreError`; `RunnerError.unknown` where there is no such run.
    public init(_ id: RunID, in store: RunStore) throws {
        let parameters = ["run": QueryValue.integer(id)]
        let runs = try store.query(
            """
            SELECT coalesce(json_extract(configuration, '$.dataset'), dataset), model, loss,
                procedure, labels, seed FROM run WHERE id = :run
            """, parameters: parameters)
        guard let row = runs.rows.first else {
            throw RunnerError.unknown(kind: "run", name: String(id), known: [])
        }
        var cell = Cell()
        cell.dataset = row[0].text ?? ""
        cell.model = row[1].text ?? ""
        cell.loss = row[2].text ?? ""
        cell.procedure = row[3].text ?? ""
        cell.labels = row[4].number ?? 100
        cell.seed = UInt64(bitPattern: row[5].integer ?? 0)
        let settings = try store.query(
            "SELECT name, CAST(value AS TEXT) FROM param WHERE run = :run", parameters: parameters)
        for setting in settings.rows {
            guard let field = TrainingSettings.field(setting[0].text ?? "") else { continue }
            var text = setting[1].text ?? ""
            if field.kind == .flag { text = text == "0" ? "false" : "true" }
            do {
                try field.set(text, in: &cell.settings)
            } catch let error as SettingError {
                throw RunnerError.unusable(run: id, reason: error.description)
            }
        }
        files = try store.files(of: id)
        let classes = try store.query(
            "SELECT d.classes FROM run r JOIN dataset d ON d.id = r.dataset_id WHERE r.id = :run",
            parameters: parameters)
        classNames = classes.rows.first?[0].text.flatMap(ClassNames.init(json:))?.names
        self.id = id
        self.cell = cell
    }
}
