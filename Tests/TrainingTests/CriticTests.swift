import Domain
import Foundation
import Models
import Settings
import TensorCore
import Testing

@testable import Training

/// The options by which a critic has to look at masks, and the figures that say whether it does.
struct CriticTests {
    private let context = ComputeContext(threads: 1)

    private func masks() -> Tensor {
        let batches = Batches(dataset: TinyData.dataset(4), context: context)
        return batches.masks([0, 1, 2, 3])
    }

    private func wrong(_ kind: CriticNegatives, seed: UInt64 = 1) -> Tensor? {
        var random = RandomSource(seed: seed)
        return kind.wrong(masks(), using: &random, in: context)
    }

    @Test func wrongMasksAreWhatTheirNamesSay() throws {
        #expect(wrong(.none) == nil)
        let drawn = masks()
        let areas = (0..<4).map { drawn.map(0, ofImage: $0).reduce(0, +) }
        for kind in CriticNegatives.allCases where kind != .none {
            let found = try #require(wrong(kind))
            #expect(found.shape == drawn.shape)
            #expect(found.values.allSatisfy { $0 == 0 || $0 == 1 })
            #expect(wrong(kind)?.values == found.values)
            for image in 0..<4 {
                let (own, old) = (found.map(0, ofImage: image), drawn.map(0, ofImage: image))
                #expect(own != old, "\(kind)")
                switch kind {
                case .empty: #expect(own.allSatisfy { $0 == 0 })
                case .eroded:
                    #expect(zip(own, old).allSatisfy { $0 <= $1 } && own.reduce(0, +) > 0)
                case .foreign: #expect(own == drawn.map(0, ofImage: (image + 1) % 4))
                case .shifted:
                    let area = own.reduce(0, +)
                    #expect(area <= areas[image] && area > areas[image] / 3)
                default: break
                }
            }
        }
        #expect(wrong(.shifted)?.values != wrong(.shifted, seed: 2)?.values)
        // Nobody else is there: the mask is moved instead.
        var random = RandomSource(seed: 1)
        let one = drawn.picking([0], in: context)
        let alone = try #require(CriticNegatives.foreign.wrong(one, using: &random, in: context))
        #expect(alone.values != one.values && alone.values.contains(1))
    }

    @Test func whatACriticSeesHasTheChannelsThatItSays() {
        let tape = Tape(inference: context)
        let images = tape.constant(.filled(Shape(2, 4, 4, 3), with: 0.5, in: context))
        let masks = tape.constant(.filled(Shape(2, 4, 4, 2), with: 1, in: context))
        for input in CriticInput.allCases {
            let seen = input(images, masks, on: tape)
            let channels = seen.map(\.shape.channels).reduce(0, +)
            #expect(channels == input.channels(image: 3, structures: 2), "\(input)")
        }
        #expect(CriticInput.allCases.map { $0.channels(image: 3, structures: 2) } == [5, 6, 2])
    }

    private func request(_ change: (inout TrainingSettings) -> Void) -> RunRequest {
        var settings = TinyData.settings(epochs: 2, batch: 4)
        settings.stepsPerEpoch = 40
        settings[AdversarialSettings.self].unlabelledPass = .separate
        settings[AdversarialSettings.self].learningRate = 3e-3
        change(&settings)
        // Without dropout it needs few steps.
        let networks = NetworkFactory(
            segmentor: TinyData.factory().segmentor,
            classifier: { channels, outputs, make in
                ConvolutionalClassifier(
                    "critic", inputChannels: channels, classes: outputs, width: 4, dropout: 0,
                    using: &make)
            })
        return TinyData.request(
            train: 8, labelled: 4, settings: settings, networks: networks)
    }

    /// p("predicted") of true, foreign and empty masks after the last epoch.
    private func opinions(
        _ name: String, _ change: (inout TrainingSettings) -> Void
    ) throws -> (truth: Double, foreign: Double, empty: Double) {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        let last = try #require(
            try trace(request(change), procedure: procedure, threads: 2).validation.last)
        return (
            try #require(last["critic-true"]), try #require(last["critic-foreign"]),
            try #require(last["critic-empty"])
        )
    }

    /// A critic that is shown empty masks as predicted ones, in one batch with true ones, tells them
    /// apart, also with running statistics.
    @Test(
        arguments: zip(
            ["appau-net", "appau-net", "appau-net", "s2mcl", "s4mcl"],
            CriticInput.allCases + [.pair, .pair]))
    func negativesAreLearned(name: String, input: CriticInput) throws {
        let found = try opinions(name) {
            $0.stepsPerEpoch = 200
            $0[AdversarialSettings.self].negatives = .empty
            $0[AdversarialSettings.self].showsUnlabelled = false
            $0[AdversarialSettings.self].input = input
            $0[AdversarialSettings.self].batches = .joint
        }
        for value in [found.truth, found.foreign, found.empty] { #expect((0...1).contains(value)) }
        #expect(found.empty - found.truth > 0.2, "\(found)")
    }

    @Test func whatIsSaidOfABlindCritic() {
        func warnings(_ own: Double, _ foreign: Double, _ empty: Double) -> [String] {
            MultiTaskEvaluator.warnings(on: [
                "critic-true": own, "critic-foreign": foreign, "critic-empty": empty,
            ])
        }
        #expect(
            warnings(0.54, 0.534, 0.53) == [
                "the critic does not look at masks: it calls true masks of validation images "
                    + "predicted with a probability of 0.54, those of other images with 0.53 and "
                    + "empty ones with 0.53"
            ])
        #expect(warnings(0.9, 0.1, 0.1).count == 1)
        #expect(warnings(0.1, 0.1, 0.3).isEmpty && warnings(0.1, 0.3, 0.1).isEmpty)
        #expect(MultiTaskEvaluator.warnings(on: ["dice": 0.5]).isEmpty)
    }

    /// The run's log has it, once.
    @Test(arguments: ProcedureTests.adversarial)
    func aCriticThatLearnsNothingIsNamed(name: String) throws {
        var found: [String] = []
        _ = try #require(ProcedureRegistry.find(name)).make().run(
            request {
                $0.stepsPerEpoch = 1
                $0[AdversarialSettings.self].learningRate = 0
            }, context: context,
            observer: { if case .note(.warning, let text) = $0 { found.append(text) } },
            shouldStop: { false })
        #expect(found.count == 1 && found.first?.hasPrefix("the critic does not look") == true)
    }

    /// With every switch set the run is the same with two threads and after interruptions.
    @Test(arguments: ProcedureTests.adversarial)
    func theSameBits(name: String) throws {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        func all() -> RunRequest {
            request {
                $0.stepsPerEpoch = 2
                $0[AdversarialSettings.self].negatives = .mixed
                $0[AdversarialSettings.self].showsUnlabelled = false
                $0[AdversarialSettings.self].input = .maskedImage
                $0[AdversarialSettings.self].batches = .joint
                $0[SurrogateSettings.self].transformsLabelled = true
            }
        }
        let whole = try trace(all(), procedure: procedure)
        #expect(try trace(all(), procedure: procedure, threads: 2) == whole)
        let interrupted = all()
        for _ in 0..<3 { try interrupt(interrupted, procedure: procedure, after: 1) }
        let rest = try trace(interrupted, procedure: procedure)
        #expect(rest.last == whole.last && rest.best == whole.best)
    }

    /// Terms of an epoch by name.
    private func terms(
        _ name: String, _ change: (inout TrainingSettings) -> Void
    ) throws -> Set<String> {
        var found: Set<String> = []
        _ = try #require(ProcedureRegistry.find(name)).make().run(
            request {
                $0.epochs = 1
                $0.stepsPerEpoch = 1
                change(&$0)
            }, context: context,
            observer: { if case .epoch(let report) = $0 { found = Set(report.trainTerms.keys) } },
            shouldStop: { false })
        return found
    }

    @Test func switchesAddAndTakeAwayTheirTerms() throws {
        let plain = try terms("s4mcl") { _ in }
        let wrong = try terms("s4mcl") { $0[AdversarialSettings.self].negatives = .mixed }
        #expect(wrong.subtracting(plain) == ["classifier/wrong"])
        let without = try terms("s4mcl") { $0[AdversarialSettings.self].showsUnlabelled = false }
        #expect(plain.subtracting(without) == ["classifier/predicted-unlabelled"])
        let appau = try terms("appau-net") { $0[AdversarialSettings.self].negatives = .empty }
        #expect(appau.contains("discriminator/wrong"))
    }

    /// Labelled images are turned with their masks, or not at all.
    @Test func transformingLabelledImagesIsASwitchOfItsOwn() throws {
        let procedure = S4MCL()
        func losses(_ isOn: Bool) throws -> [Double] {
            let request = request {
                $0.stepsPerEpoch = 2
                $0[SurrogateSettings.self].transformsLabelled = isOn
            }
            return try trace(request, procedure: procedure).losses
        }
        #expect(try losses(true) != losses(false))
    }
}
