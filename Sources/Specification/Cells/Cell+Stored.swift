import Domain
import Foundation
import Programs
public import RunStore
import Settings
import Training

extension Cell {
    /// The cell that run `id` of the store trained.
    ///
    /// Settings that this Lightbox does not know (a later one wrote the run) are left out.
    ///
    /// - Throws: `StoreError`; `CellError` where there is no such run, or it has a setting that this
    ///   Lightbox does not take.
    public init(ofRun id: RunID, in store: RunStore) throws {
        let parameters = ["run": QueryValue.integer(id)]
        let runs = try store.query(
            """
            SELECT coalesce(json_extract(configuration, '$.dataset'), dataset), model, loss,
                procedure, labels, seed, configuration FROM run WHERE id = :run
            """, parameters: parameters)
        guard let row = runs.rows.first else {
            throw CellError.unknown(kind: "run", name: String(id), known: [])
        }
        dataset = row[0].text ?? ""
        model = row[1].text ?? ""
        loss = row[2].text ?? ""
        procedure = row[3].text ?? ""
        labels = row[4].number ?? 100
        seed = UInt64(bitPattern: row[5].integer ?? 0)
        takeProgram(from: row[6].text ?? "")
        let stored = try store.query(
            "SELECT name, CAST(value AS TEXT) FROM param WHERE run = :run", parameters: parameters)
        for setting in stored.rows {
            let name = setting[0].text ?? ""
            guard !isFree(name), let field = TrainingSettings.field(name) else { continue }
            var text = setting[1].text ?? ""
            if field.kind == .flag { text = text == "0" ? "false" : "true" }
            do {
                try field.set(text, in: &settings)
            } catch let error as SettingError {
                throw CellError.unusable(run: id, reason: error.description)
            }
        }
    }

    /// The program that a configuration names, and what it was told.
    private mutating func takeProgram(from configuration: String) {
        guard
            case .object(let members)? = try? JSONDecoder().decode(
                JSONValue.self, from: Data(configuration.utf8)),
            let program = members["trainer"].flatMap(TrainingProgram.init(identity:))
        else { return }
        self.program = program
        guard case .object(let settings)? = members["settings"] else { return }
        free = settings.filter { isFree($0.key) }
    }
}
