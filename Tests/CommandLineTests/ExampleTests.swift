import Datasets
import Domain
import Foundation
import Losses
import Metrics
import Models
import NN
import Settings
import TensorCore
import Testing
import Training

/// The examples in doc comments of public declarations compile and run: each stands here as it stands there.
@Suite struct ExampleTests {
    private let context = ComputeContext(threads: 1)

    @Test func everyExampleIsHere() throws {
        func lines(_ text: some StringProtocol) -> [Substring] {
            text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }
                .map { Substring($0) }.filter { !$0.isEmpty }
        }
        let own = lines(try Repository.text("Tests/CommandLineTests/ExampleTests.swift"))
        var seen = 0
        for path in try Repository.files(below: "Sources", ending: ".swift") {
            let blocks = try Repository.text(path).matches(
                of: #/\/\/\/ ```swift\n([\s\S]*?)\/\/\/ ```\n(?:\s*\/\/\/.*\n)*\s*(@|public)/#)
            for block in blocks {
                seen += 1
                let wanted = lines(block.1.replacing(#/(?m)^\s*\/\/\//#, with: ""))
                #expect(
                    own.indices.contains { own[$0...].starts(with: wanted) }, "\(path): \(wanted)")
            }
        }
        #expect(seen >= 8)
    }

    @Test func aTapeDifferentiates() {
        let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
        let x = tape.input(Tensor([-1, 2], shape: Shape(2), in: context))
        let y = tape.activation(x, slope: 0)
        tape.seed(y, gradient: .filled(y.shape, with: 1, in: context))
        tape.backward()
        let gradient = x.gradient?.values  // [0.0, 1.0]
        #expect(gradient == [0, 1])
    }

    @Test func aNetworkIsFoundAndMade() {
        var make = Initialiser(context: context, random: RandomSource(seed: 1))
        let network = ModelRegistry.find("unet")?.make(NetworkSettings(width: 8), &make)
        let count = network?.parameterCount  // 487385
        #expect(count == 487_385)
    }

    @Test func aLossIsFoundAndMade() {
        let loss = LossRegistry.find("dice")?.make(SettingValues())
        let pixels = Tensor([1, 0], shape: Shape(1, 1, 2, 1), in: context)
        let tape = Tape(inference: context)
        let value = loss?(tape.constant(pixels), target: pixels, weight: 1, on: tape)  // 0.0
        #expect(loss != nil)
        #expect(value == 0)
    }

    @Test func aMetricIsFoundAndMeasures() {
        let left = BinaryMask([1, 1, 0, 0], height: 2, width: 2)
        let top = BinaryMask([1, 0, 1, 0], height: 2, width: 2)
        let example = SegmentationCase(target: left, prediction: top)
        let dice = MetricRegistry.find("dice")?.measure(example)  // 0.5
        #expect(dice == 0.5)
    }

    @Test func aDataSetIsReadAndDivided() throws {
        let program = try Program()
        try program.drawPhantoms()
        let folder = program.folder.appendingPathComponent("data")
        let entry = try DatasetRegistry.require("mcx")
        let dataset = try entry.load(DataRoot(folder), LoadOptions(side: 32))
        let split = try DataSplit.make(
            for: dataset, seed: 1, labelledPercent: 50, stratified: true)
        let sizes = [split.train.count, split.labelled.count, split.test.count]
        #expect(split.test.count == 3)
        #expect(sizes.last == 3 && sizes[1] < sizes[0])
    }

    @Test func structuresAreChosen() throws {
        let masks = try DatasetRegistry.require("jcx").masks
        let names = try masks.choosing(["lungs", "heart"]).names  // K = 2
        #expect(names.count == 2)
    }

    @Test func settingsAreValuesOfGroups() {
        var settings = TrainingSettings()
        settings.epochs = 40
        settings[AdversarialSettings.self].weight = 0.1
        #expect(settings.epochs == 40)
        #expect(FocalSettings.entries.count == 1)
    }

    struct FocalSettings: SettingGroup {
        var gamma = 0.75
        static let fields: SettingFields<FocalSettings> = [
            .number("focal-gamma", \.gamma, 0...10, "exponent of the focal Tversky loss")
        ]
    }
}
