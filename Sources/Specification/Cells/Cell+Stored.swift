import Domain
import Foundation
import Programs
public import RunStore
import Settings
import Training

extension Cell {
    /// The cell that a run of the store trained.
    ///
    /// Settings that this Lightbox does not know (a later one wrote the run) are left out.
    ///
    /// - Throws: `CellError` where it has a setting that this Lightbox does not take.
    public init(_ run: CellRun) throws {
        dataset = run.dataset
        model = run.model
        loss = run.loss
        procedure = run.procedure
        labels = run.labels
        seed = run.seed
        takeProgram(from: run.configuration.json)
        for (name, value) in run.settings.sorted(by: { $0.key < $1.key }) {
            guard !isFree(name), let field = TrainingSettings.field(name) else { continue }
            let text = field.kind == .flag ? (value == "0" ? "false" : "true") : value
            do {
                try field.set(text, in: &settings)
            } catch let error as SettingError {
                throw CellError.unusable(run: run.id, reason: error.description)
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
