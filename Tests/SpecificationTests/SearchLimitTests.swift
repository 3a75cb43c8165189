import Assembly
import Testing
import Training

@testable import Specification

/// A search is checked whole before its first trial.
@Suite struct SearchLimitTests {
    private static let zoo = Zoo.standard.vocabulary(reports: ["sweep"])

    private func file(
        _ search: String, space: String = "width: {choice: [2, 4]}", grid: String = "loss: tv",
        train: String = "epochs: 9"
    ) -> String {
        """
        name: s
        grid: {dataset: phantom, model: unet, \(grid)}
        train: {\(train)}
        search: {\(search.isEmpty ? "" : search + ", ")space: {\(space)}}
        """
    }

    private func read(_ text: String, _ overrides: String...) throws -> SearchSpec {
        let spec = try Spec(
            text: text, path: "s.yaml", overrides: overrides, vocabulary: Self.zoo)
        _ = try SweepPlan(spec, vocabulary: Self.zoo)
        return try #require(spec.search)
    }

    private func complaint(_ text: String, _ overrides: String...) -> String? {
        do {
            let spec = try Spec(
                text: text, path: "s.yaml", overrides: overrides, vocabulary: Self.zoo)
            _ = try SweepPlan(spec, vocabulary: Self.zoo)
            return nil
        } catch {
            return "\(error)"
        }
    }

    // MARK: Objectives

    @Test(arguments: [
        ("validation/dice", "supervised", true), ("validation/loss", "supervised", false),
        ("train/loss", "supervised", false), ("validation/class-accuracy", "appau-net", true),
        ("validation/class-accuracy", "s4mcl", true),
        ("validation/macro-f1", "classification", true),
        ("validation/loss", "classification", false),
    ])
    func aCurveThatTheProcedureLogsHasItsDirection(
        objective: String, procedure: String, isMaximised: Bool
    ) throws {
        let search = try read(
            file("objective: \(objective)", grid: "loss: tv, procedure: \(procedure)"))
        #expect(search.objective.description == objective)
        #expect(search.objective.isMaximised == isMaximised)
    }

    @Test(arguments: [
        "validation/", "validation", "/", "''", "validation/dic", "validation/dcie", "train/dice",
        "validation/hausdorff95", "test/dice", "validation/class-accuracy", "validation/macro-auc",
        "validation/dice/x", "validation//dice", "dice", "train/seconds", "Validation/Dice",
        "[validation/dice]", "{}",
    ])
    func anyOtherObjectiveIsRefusedBeforeTheFirstTrial(objective: String) {
        let error = complaint(file("objective: \(objective)"))
        #expect(error?.hasPrefix("s.yaml:4:21: ") == true, "\(error ?? "none")")
    }

    @Test func theNearestObjectiveIsOffered() {
        #expect(
            complaint(file("objective: validation/dcie"))
                == "s.yaml:4:21: unknown objective 'validation/dcie'; did you mean "
                + "'validation/dice'? known: validation/dice, validation/loss, train/loss")
    }

    @Test func everyProcedureThatMayBeTriedMustLogTheObjective() throws {
        let both = file(
            "objective: validation/dice", space: "procedure: {choice: [supervised, classification]}"
        )
        #expect(complaint(both)?.contains("known: validation/loss, train/loss") == true)
        #expect(try read(both.replacing("/dice", with: "/loss")).objective.isMaximised == false)
        // Without a word a classifier is judged by its own figure.
        let classifier = try read(file("", grid: "loss: tv, procedure: classification"))
        #expect(classifier.objective.description == "validation/class-accuracy")
    }

    // MARK: Spaces

    @Test(arguments: [
        "width: {uniform: [4, 16]}", "width: {log-uniform: [4, 16]}", "width: {integer: [0, 16]}",
        "width: {integer: [4, 1000]}", "width: {choice: [4, 4.5]}", "width: {choice: []}",
        "width: {choice: 4}", "width: [4, 8]", "width: {integer: [4.5, 8]}", "width: {}",
        "width: {integer: [8, 4]}", "width: {integer: [4]}", "width: {integer: [4, 8, 16]}",
        "width: {integer: [4, nan]}", "image: {integer: [64, 128]}", "image: {uniform: [64, 128]}",
        "image: {choice: [64, 2049]}", "learning-rate: {log-uniform: [0, 1]}",
        "learning-rate: {uniform: [0, 1e400]}", "learning-rate: {uniform: [-1, 1]}",
        "learning-rate: {uniform: ['0x1', 2]}", "seed: {uniform: [1, 5]}",
        "labels: {uniform: [0, 100]}", "model: {uniform: [0, 1]}", "model: {choice: [unet, unte]}",
        "gate-level-1: {integer: [0, 1]}", "optimizer: {uniform: [0, 1]}",
        "side-weights: {uniform: [0, 1]}", "side-weights: {choice: [1, 2]}", "widht: {choice: [4]}",
    ])
    func aRangeWithValuesThatTheKeyCannotHaveIsRefused(space: String) {
        let error = complaint(file("", space: space))
        #expect(error?.hasPrefix("s.yaml:4:") == true, "\(error ?? "none")")
    }

    @Test(arguments: [
        "width: {integer: [4, 16]}", "image: {choice: [64, 96]}", "labels: {uniform: [1, 100]}",
        "seed: {integer: [0, 100]}", "focal-gamma: {integer: [1, 3]}",
        "gate-level-1: {choice: [true, false]}",
        "side-weights: {choice: [[1, 1, 1, 1], [0.1, 0.2, 0.3, 0.4]]}",
    ])
    func aRangeOfValuesThatTheKeyCanHaveIsTaken(space: String) {
        #expect(complaint(file("", space: space)) == nil)
    }

    @Test func theSentenceNamesTheRangeThatWorks() {
        #expect(
            complaint(file("", space: "width: {uniform: [4, 16]}"))
                == "s.yaml:4:25: 'width' is '{uniform: [4, 16]}'; expected a range such as "
                + "{integer: [8, 32]} or {choice: [8, 16, 32]}")
    }

    @Test func spellingsOfOneChoiceAreOneChoice() throws {
        let search = try read(file("", space: "learning-rate: {choice: [1e-3, 0.001, 1.0e-3, 1]}"))
        #expect(search.space.parameters[0].range == .choice(["0.001", "1"]))
    }

    @Test func aKeyHasAValueOrARange() {
        let twice = file("", train: "epochs: 9, width: 8")
        #expect(complaint(twice)?.contains("'width' is '8'; expected no value beside") == true)
        #expect(complaint(file(""), "width=8")?.hasPrefix("--set width=8: 'width' is '8'") == true)
    }

    @Test func exclusionsAreAboutTheSpace() {
        let text = file("", space: "width: {choice: [2, 4]}, tversky-beta: {uniform: [0, 1]}")
        func excluding(_ exclude: String) -> String? { complaint(text + "\nexclude: [\(exclude)]") }
        #expect(excluding("{width: 4}") == nil)
        #expect(excluding("{tversky-beta: 0.5}") == nil)
        #expect(excluding("{width: 8}")?.contains("names width '8'") == true)
        #expect(excluding("{tversky-beta: 2}")?.contains("names tversky-beta '2'") == true)
    }

    // MARK: Numbers

    @Test(arguments: [
        "trials: 0", "trials: 1.5", "trials: 1000000000", "trials: 100001", "seed: -1",
        "factor: 1", "factor: 9000000000000000000", "minimum-epochs: 0", "minimum-epochs: nan",
        "method: asha, minimum-epochs: 10", "trials: [3]", "trials: '0x3'",
    ])
    func numbersBeyondSenseAreRefused(text: String) {
        #expect(complaint(file(text))?.hasPrefix("s.yaml:4:") == true)
    }

    @Test func halvingNeedsOneLengthOfRuns() {
        let text = file("method: asha", space: "epochs: {integer: [2, 9]}", train: "width: 4")
        #expect(complaint(text)?.contains("expected one number of epochs for all trials") == true)
        #expect(complaint(text.replacing("asha", with: "tpe")) == nil)
    }

    /// What the table of figures says is what procedures log; the suite of procedures compares the
    /// names with real runs.
    @Test func everyProcedureHasAnObjective() {
        for procedure in Zoo.standard.procedures {
            #expect(!procedure.objectives.isEmpty, "\(procedure.name)")
            let names = procedure.objectives.map(\.description)
            #expect(Set(names).count == names.count)
        }
    }
}
