import Domain
import Losses
import Models
import NN
import Settings
import TensorCore
import TestSupport
import Testing
import Training

@testable import Specification

/// What a loss does not use makes no difference, and what it uses does.
@Suite struct SettingUseTests {
    /// The settings of all losses.
    private static let lossSettings = LossRegistry.all.flatMap(\.settings).flatMap { $0.entries }

    /// A classifier segments nothing: its file need name no network for that, and no loss.
    @Test func whatNoProcedureUsesNeedNotBeNamed() throws {
        var words = vocabulary
        words.procedures = ["supervised", "classification"]
        func spec(_ grid: String) throws -> Spec {
            try Spec(
                text: "name: a\ngrid: {dataset: mcx, \(grid)}", path: "e.yaml", vocabulary: words)
        }
        let plan = try SweepPlan(spec("procedure: classification"), vocabulary: words)
        #expect(plan.titles == ["mcx classification 100 % seed 1"])
        // As it was before, when both had to be named.
        let named = try SweepPlan(
            spec("procedure: classification, model: unet, loss: tv"), vocabulary: words)
        #expect(plan.cells == named.cells && plan.titles == named.titles)
        for grid in ["procedure: [supervised, classification], model: unet", "model: unet"] {
            let error = #expect(throws: SpecError.self) { try spec(grid) }
            #expect(error?.description.contains("the key 'grid: loss' is missing") == true)
        }
    }

    @Test(arguments: LossRegistry.names)
    func lossesUseWhatTheyDeclare(_ name: String) throws {
        let context = ComputeContext(threads: 1)
        let shape = Shape(2, 8, 8, 1)
        var random = RandomSource(seed: 5)
        let p = (0..<shape.count).map { _ in Float(random.uniform(0.01...0.99)) }
        // Unlike images, so that a batch as one image gives another mean.
        let y = (0..<shape.count).map { index -> Float in
            index < 64 ? (index < 50 ? 1 : 0) : (index < 70 ? 1 : 0)
        }
        let probabilities = Tensor(p, shape: shape, in: context)
        let target = Tensor(y, shape: shape, in: context)
        let entry = try #require(LossRegistry.find(name))
        func value(_ settings: TrainingSettings) -> Double {
            let loss = entry.make(settings.values)
            let tape = Tape(inference: context)
            return loss(tape.constant(probabilities), target: target, weight: 1, on: tape)
        }
        let plain = value(TrainingSettings())
        for field in Self.lossSettings {
            let setting = field.name
            var settings = TrainingSettings()
            try #require(TrainingSettings.field(setting)).set(field.otherText, in: &settings)
            let isUsed = SettingUse.holds(
                setting, model: "unet", loss: name, procedure: "supervised")
            // The mean over pixels is the same over images and over the batch: a loss of today would
            // not declare the setting, and this one's runs are known by it.
            let isMean = setting == "loss-reduction" && name == "xe"
            let difference = abs(value(settings) - plain)
            #expect((difference > 1e-9) == (isUsed && !isMean), "\(setting)")
        }
    }

    /// What a network does not declare changes neither its weights nor its outputs.
    @Test(arguments: ModelRegistry.names)
    func networksUseWhatTheyDeclare(_ name: String) throws {
        let entry = try #require(ModelRegistry.find(name))
        func trace(_ settings: TrainingSettings) -> [Float] {
            let context = ComputeContext(threads: 1)
            var make = Initialiser(
                context: context, random: RandomSource(seed: 1, stream: "init"))
            let values = NetworkSettings(
                inputChannels: 1, structures: 1, values: settings.values)
            let network = entry.make(values, &make)
            let image = Tensor(
                (0..<1024).map { Float($0 % 37) / 37 }, shape: Shape(1, 32, 32, 1), in: context)
            // A training pass moves the running statistics that the next one shows.
            for isTraining in [true, false] {
                let tape =
                    isTraining
                    ? Tape(context: context, training: true, random: RandomSource(seed: 2))
                    : Tape(inference: context)
                let result = network(tape.constant(image), on: tape)
                if !isTraining {
                    return result.mask.value.values + [Float(network.parameters.count)]
                }
            }
            return []
        }
        var plain = TrainingSettings()
        plain.width = 2
        let texts = ["width": "3", "batch-norm-momentum": "0.5", "gate-level-1": "true"]
        for (setting, text) in texts {
            var settings = plain
            try #require(TrainingSettings.field(setting)).set(text, in: &settings)
            let isUsed = SettingUse.holds(
                setting, model: name, loss: "tv", procedure: "supervised")
            #expect((trace(settings) != trace(plain)) == isUsed, "\(setting)")
        }
        let hasWeights = SettingUse.holds(
            "side-weights", model: name, loss: "tv", procedure: "supervised")
        #expect(hasWeights == entry.hasSideOutputs)
    }

    @Test func everyNameIsKnown() {
        let axes = ["model", "loss"]
        let procedures = Set(ProcedureRegistry.names)
        for (name, use) in SettingUse.all {
            #expect(axes.contains(name) || TrainingSettings.field(name) != nil, "\(name)")
            for users in use.users {
                #expect(users.losses?.isSubset(of: Set(LossRegistry.names)) ?? true)
                #expect(users.models?.isSubset(of: Set(ModelRegistry.names)) ?? true)
                #expect(users.procedures?.isSubset(of: procedures) ?? true)
                #expect(users.procedures?.isEmpty != true)
            }
        }
        #expect(SettingUse.all["epochs"] == nil && SettingUse.all["width"] == nil)
    }

    @Test(arguments: [
        ("focal-gamma", "loss focal-tversky"), ("kl-clip", "loss kltv"),
        ("transforms", "procedure s4mcl"), ("consistency", "procedure mean-teacher"),
        ("unlabelled-weight", "procedures bcp, cps, fixmatch, mean-teacher, s2mcl and s4mcl"),
        ("ema", "procedures cps and supervised"),
        ("loss-a", "losses kltv and xetv"),
    ])
    func aUseIsSaidInWords(setting: String, words: String) {
        #expect(SettingUse.all[setting]?.words == words)
    }
}

/// The union of what registries declare.
@Suite struct SettingTableTests {
    @Test func everyDeclaredSettingIsInTheTableOnce() {
        let declared =
            CommonSettings.entries.map(\.name)
            + (LossRegistry.all.flatMap(\.settings) + ModelRegistry.all.flatMap(\.settings)
            + ProcedureRegistry.all.flatMap(\.settings)
            + ClassifierRegistry.all.flatMap(\.settings)).flatMap { $0.entries }.map(\.name)
        let names = TrainingSettings.fields.map(\.name)
        #expect(Set(declared) == Set(names))
        #expect(Set(names).count == names.count)
    }

    /// What decides nothing is told by one list.
    @Test func whatIsNoPartOfTheIdentityIsListed() {
        let names = TrainingSettings.fields.filter { !$0.isPartOfIdentity }.map(\.name)
        #expect(Set(names).union(["threads"]) == RunningSettings.names)
    }

    /// Files, options and grids have had this order since before parts declared their own.
    @Test func theOrderIsTheOldOne() {
        #expect(
            TrainingSettings.fields.map(\.name).prefix(11) == [
                "epochs", "steps-per-epoch", "batch", "image", "width", "optimizer",
                "learning-rate", "learning-rate-discriminator", "learning-rate-schedule",
                "batch-norm-momentum", "tversky-alpha",
            ])
        #expect(
            TrainingSettings.fields.map(\.name).drop { $0 != "split" }.prefix(8) == [
                "split", "checkpoint-every", "max-seconds", "structures", "exclusive",
                "split-seed", "folds", "fold",
            ])
    }

    @Test func valuesAtTheirDefaultsAreNone() throws {
        var settings = TrainingSettings()
        settings.epochs = 7
        settings[AdversarialSettings.self].weight = 0.5
        #expect(settings != TrainingSettings())
        settings.epochs = 300
        settings[AdversarialSettings.self].weight = 0.01
        #expect(settings == TrainingSettings())
        for field in TrainingSettings.fields {
            try field.set(field.defaultValue.text, in: &settings)
            #expect(settings == TrainingSettings(), "\(field.name)")
        }
    }
}
