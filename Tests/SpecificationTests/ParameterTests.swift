import Domain
import RunStore
import Settings
import Testing
import Training

@testable import Specification

/// What a cell lists as its parameters.
@Suite struct ParameterTests {
    /// Asked setting by setting, whatever is looked up for a whole grid at once.
    @Test(arguments: ProcedureRegistry.all.map(\.name))
    func parametersAreTheValuesOfTheSettingsThatAreUsed(procedure: String) throws {
        for loss in ["tv", "focal-tversky"] {
            var cell = Cell()
            (cell.dataset, cell.model, cell.loss) = ("mcx", "unet", loss)
            (cell.procedure, cell.seed) = (procedure, 3)
            for (name, text) in [
                ("epochs", "7"), ("focal-gamma", "0.5"), ("split-seed", "3"), ("fold", "2"),
                ("width", "8"), ("adversarial-weight", "0.5"), ("labelled-images", "5"),
            ] {
                try cell.set(name, to: text, at: .option("test"), vocabulary: vocabulary)
            }
            let found = cell.description(fingerprint: "f").parameters
            let expected = TrainingSettings.fields.filter { cell.uses($0.name) }.map {
                ($0.name, JSONValue($0.value(in: cell.used.settings)))
            }
            #expect(found == Dictionary(uniqueKeysWithValues: expected))
            #expect(found["fold"] == .text("none"))
            #expect(found["split-seed"] == .text("seed"))
            #expect((found["focal-gamma"] == nil) == !cell.uses("focal-gamma"))
        }
    }
}
