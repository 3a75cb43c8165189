import Domain
import Foundation
import RunStore
import Settings
import Testing
import Training
import Wording

@testable import Specification

let vocabulary = Vocabulary(
    datasets: ["mcx", "scx", "jcx", "phantom"], models: ["unet", "attention-unet", "ppau-net"],
    losses: ["tv", "xetv", "kltv"], procedures: ["supervised", "appau"],
    reports: ["p1-table1", "sweep"])

func spec(_ text: String, _ overrides: [String] = []) throws -> Spec {
    try Spec(text: text, path: "e.yaml", overrides: overrides, vocabulary: vocabulary)
}

@Suite struct SpecTests {
    static let minimal = """
        name: small
        grid:
          dataset: mcx
          model: unet
          loss: [tv, kltv]
          seed: [1, 2]
        train:
          epochs: 5
          learning-rate: [1e-3, 1.0e-4]
        """

    @Test func axesComeInAFixedOrderWhateverTheFileSays() throws {
        let spec = try spec(Self.minimal)
        #expect(
            spec.axes.map(\.name) == [
                "dataset", "model", "loss", "epochs", "learning-rate", "seed",
            ]
        )
        #expect(spec.axes[4].values == ["0.001", "0.0001"])
    }

    @Test func planHasSeedsFastestAndDatasetsSlowest() throws {
        let cells = try SweepPlan(spec(Self.minimal), vocabulary: vocabulary).cells
        #expect(cells.count == 8)
        #expect(cells.prefix(2).map(\.seed) == [1, 2])
        #expect(cells.map(\.loss) == ["tv", "tv", "tv", "tv", "kltv", "kltv", "kltv", "kltv"])
        #expect(cells.map(\.settings.learningRate).prefix(4) == [1e-3, 1e-3, 1e-4, 1e-4])
        #expect(cells.allSatisfy { $0.settings.epochs == 5 && $0.procedure == "supervised" })
    }

    @Test func exclusionsDropMatchingCells() throws {
        let text = Self.minimal + "\nexclude:\n  - {loss: TV, model: U-Net, seed: [2]}\n"
        let cells = try SweepPlan(spec(text), vocabulary: vocabulary).cells
        #expect(cells.count == 6)
        #expect(!cells.contains { $0.loss == "tv" && $0.seed == 2 })
    }

    @Test func excludingEverythingIsAnError() throws {
        let text = Self.minimal + "\nexclude:\n  - {model: unet}\n"
        #expect(throws: SpecError.nothingToRun(path: "e.yaml")) {
            try SweepPlan(spec(text), vocabulary: vocabulary)
        }
    }

    @Test func overridesReplaceKeysAndMakeAxes() throws {
        let spec = try spec(
            Self.minimal, ["train.epochs=7", "seed=[4, 5, 6]", "name=other", "width=8"])
        let cells = try SweepPlan(spec, vocabulary: vocabulary).cells
        #expect(spec.name == "other")
        #expect(Set(cells.map(\.seed)) == [4, 5, 6])
        #expect(cells.allSatisfy { $0.settings.epochs == 7 && $0.settings.width == 8 })
    }

    @Test func aListOfNumbersIsOneValueAndAListOfListsAnAxis() throws {
        let one = try spec(Self.minimal, ["side-weights=[1, 1, 1, 1]"])
        #expect(one.axes.first { $0.name == "side-weights" }?.values == ["[1,1,1,1]"])
        let two = try spec(Self.minimal, ["side-weights=[[1, 1, 1, 1], [0.1, 0.2, 0.3, 0.4]]"])
        #expect(two.axes.first { $0.name == "side-weights" }?.values.count == 2)
    }

    @Test(arguments: [
        (
            "epochs: 5", "epoch: 5",
            "e.yaml:8:3: unknown key 'epoch' in 'train'; did you mean 'epochs'?"
        ),
        ("epochs: 5", "epochs: 0", "e.yaml:8:11: 'epochs' is '0'; expected a whole number from 1"),
        ("epochs: 5", "epochs: many", "e.yaml:8:11: 'epochs' is 'many'; expected a whole number"),
        ("model: unet", "model: unte", "e.yaml:4:10: unknown model 'unte'; did you mean 'unet'?"),
        ("[tv, kltv]", "[tv, kltb]", "e.yaml:5:14: unknown loss 'kltb'; did you mean 'kltv'?"),
        ("dataset: mcx", "dataset: abc", "e.yaml:3:12: unknown data set 'abc'"),
        ("grid:", "gird:", "e.yaml:2:1: unknown key 'gird'; did you mean 'grid'?"),
        ("name: small", "name: [small", "e.yaml:2:5: not valid YAML"),
        ("name: small", "name: a/b", "e.yaml:1:7: 'name' is 'a/b'; expected letters"),
        ("name: small", "description: x", "e.yaml: the key 'name' is missing"),
        ("  dataset: mcx\n", "", "e.yaml: the key 'grid: dataset' is missing"),
        ("seed: [1, 2]", "seed: [1, -2]", "e.yaml:6:13: 'seed' is '-2'; expected a whole number"),
        ("seed: [1, 2]", "seed: {a: 1}", "e.yaml:6:9: 'seed' is '{a: 1}'; expected one value"),
        ("seed: [1, 2]", "labels: 0", "e.yaml:6:11: 'labels' is '0'; expected a percentage"),
        ("seed: [1, 2]", "labels: 101", "e.yaml:6:11: 'labels' is '101'; expected a percentage"),
        (
            "epochs: 5", "adversarial-weight: -0.1",
            "e.yaml:8:23: 'adversarial-weight' is '-0.1'; expected a number from 0"
        ),
        ("epochs: 5", "loss-a: -1", "e.yaml:8:11: 'loss-a' is '-1'; expected a number from 0"),
        (
            "epochs: 5", "tversky-beta: nan",
            "e.yaml:8:17: 'tversky-beta' is 'nan'; expected a number"
        ),
        ("epochs: 5", "side-weights: [1, 2]", "e.yaml:8:17: 'side-weights'"),
        (
            "epochs: 5", "side-weights: [1, 1, 1, -1]",
            "e.yaml:8:17: 'side-weights' is '[1,1,1,-1]'; expected 4 numbers"
        ),
        (
            "epochs: 5", "epochs: 5\n  epochs: 6",
            "e.yaml:8:3: not valid YAML: the key 'epochs' appears"
        ),
    ])
    func mistakesNameTheLineAndTheNearestName(_ old: String, _ new: String, _ message: String) {
        let range = Self.minimal.range(of: old)
        #expect(range != nil)
        guard let range else { return }
        let text = Self.minimal.replacingCharacters(in: range, with: new)
        let error = #expect(throws: SpecError.self) { try spec(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
    }

    @Test func anOverrideOfAnUnknownKeyNamesTheOption() {
        let error = #expect(throws: SpecError.self) { try spec(Self.minimal, ["epoch=3"]) }
        #expect(
            error?.description.hasPrefix(
                "--set epoch=3: unknown key 'epoch'; did you mean 'epochs'?")
                == true)
    }
}

@Suite struct CellIdentityTests {
    @Test func onlySettingsThatDifferFromTheDefaultsAreInTheIdentity() {
        var cell = Cell()
        cell.dataset = "mcx"
        cell.model = "unet"
        cell.loss = "tv"
        cell.settings.width = 16
        cell.settings.epochs = TrainingSettings().epochs
        cell.settings.maxSeconds = 60
        #expect(
            cell.configuration(fingerprint: "f00").json == """
                {"dataset":"mcx","fingerprint":"f00","labels":100,"loss":"tv","model":"unet",\
                "procedure":"supervised","seed":1,"settings":{"width":16}}
                """)
    }

    @Test func everySettingReadsBackFromItsOwnText() throws {
        for field in TrainingSettings.fields {
            var settings = TrainingSettings()
            try field.set(field.defaultValue.text, in: &settings)
            #expect(settings == TrainingSettings(), "\(field.name)")
        }
        #expect(Set(TrainingSettings.fields.map(\.name)).count == TrainingSettings.fields.count)
    }
}

@Suite struct NearestNameTests {
    @Test func findsSwapsAndOmissionsButNotStrangers() {
        #expect(NearestName.of("kltb", in: ["tv", "xetv", "kltv"]) == "kltv")
        #expect(NearestName.of("unte", in: ["unet", "ppau-net"]) == "unet")
        #expect(
            NearestName.of("attention_unet", in: ["unet", "attention-unet"]) == "attention-unet")
        #expect(NearestName.of("transformer", in: ["unet", "ppau-net"]) == nil)
    }
}
