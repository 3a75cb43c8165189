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

@testable import Training

struct SupervisedTests {
    @Test("four images are learned to Dice 0.95", arguments: ["unet", "ppau-net"])
    func overfit(model: String) throws {
        let entry = try #require(ModelRegistry.find(model))
        var settings = TinyData.settings(epochs: 60)
        settings.learningRate = 5e-3
        let request = TinyData.request(
            train: 4, settings: settings, networks: TinyData.factory(entry))
        let overfit = RunRequest(
            dataset: request.dataset,
            split: .init(
                train: [0, 1, 2, 3], validation: [0, 1, 2, 3], test: [0, 1, 2, 3],
                labelled: [0, 1, 2, 3]),
            networks: request.networks, loss: request.loss, settings: settings, seed: 1,
            folder: request.folder)
        let outcome = try Supervised().run(
            overfit, context: ComputeContext(threads: 2), observer: { _ in },
            shouldStop: { false })
        let last = try #require(outcome.evaluations.first { $0.weights == .last })
        #expect(try #require(last.segmentation?.means["dice"]) > 0.95)
        #expect(outcome.selection == "dice")
        #expect(try #require(outcome.bestValue) > 0.95)
    }

    @Test func outcomeIsComplete() throws {
        let request = TinyData.request(settings: TinyData.settings(epochs: 2))
        var epochs: [EpochReport] = []
        var steps: [Int] = []
        let outcome = try Supervised().run(
            request, context: ComputeContext(threads: 1),
            observer: { event in
                switch event {
                case .epoch(let report): epochs.append(report)
                case .step(_, let step, let total, let loss, let rate):
                    steps.append(step)
                    #expect(total == 2 && loss.isFinite && rate > 0)
                case .started(let epochs, let stepsPerEpoch, let epoch, let step):
                    #expect((epochs, stepsPerEpoch, epoch, step) == (2, 2, 1, 0))
                case .saving: break
                case .note(_, let message): Issue.record("\(message)")
                }
            }, shouldStop: { false })
        #expect(steps == [1, 2, 1, 2])
        #expect(epochs.map(\.epoch) == [1, 2])
        #expect(epochs[0].isBest)
        #expect(Set(epochs[0].validation.keys) == ["dice", "loss"])
        #expect(
            outcome.evaluations.map { "\($0.weights) \($0.split)" }
                == ["best test", "best validation", "last test", "last validation"])
        let test = try #require(outcome.evaluations.first?.segmentation)
        #expect(test.images.map(\.id) == ["tiny8", "tiny9"])
        #expect(test.pooled["published/js"] != nil)
        let best = epochs.max { ($0.validation["dice"] ?? 0) < ($1.validation["dice"] ?? 0) }
        #expect(outcome.bestValue == best?.validation["dice"])
        let file = try #require(outcome.artifacts.first { $0.kind == "weights-best" })
        let (tensors, metadata) = try Safetensors.read(
            from: file.path, in: ComputeContext(threads: 1))
        #expect(metadata["model"] == "unet" && metadata["weights"] == "best")
        #expect(metadata["epoch"] == String(outcome.bestEpoch))
        var make = Initialiser(
            context: ComputeContext(threads: 1), random: RandomSource(seed: 0))
        let network = request.networks.segmentor(1, 1, &make)
        let names = network.parameters.map(\.name) + network.states.map(\.name)
        #expect(tensors.map(\.name) == names)
    }

    @Test func onlyLabelledImagesTrain() throws {
        let request = TinyData.request(
            train: 6, labelled: 2, settings: TinyData.settings(epochs: 1, batch: 1))
        #expect(try trace(request).losses.count == 2)
    }

    @Test(
        "a given number of steps cycles through the labelled images",
        arguments: [
            "supervised", "classification", "appau-net", "s4mcl",
        ])
    func givenSteps(name: String) throws {
        var settings = TinyData.settings(epochs: 2, batch: 2)
        settings.stepsPerEpoch = 5
        let request = TinyData.request(train: 8, labelled: 3, settings: settings)
        let batches = LabelledBatches([0, 1, 2], settings)
        let seen = (0..<6).flatMap {
            batches.indices(at: StepPosition(seed: 1, epoch: 0, step: $0, stepsPerEpoch: 5))
        }
        for index in 0..<3 { #expect(seen.count { $0 == index } == 4) }
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        #expect(try trace(request, procedure: procedure).losses.count == 10)
    }

    @Test("a batch of one image, where the deepest map is one pixel, stays finite")
    func smallestBatch() throws {
        var settings = TinyData.settings(epochs: 2, batch: 5)
        settings.image = 16
        let base = TinyData.request(settings: settings)
        let request = RunRequest(
            dataset: TinyData.dataset(10, side: 16), split: base.split, networks: base.networks,
            loss: base.loss, settings: settings, seed: 1, folder: base.folder)
        let result = try trace(request)
        #expect(result.losses.count == 4)
        let finite = result.validation.allSatisfy { $0["loss"]?.isFinite == true }
        #expect(finite)
    }

    @Test func notFiniteNamesTheStep() throws {
        let request = TinyData.request(
            settings: TinyData.settings(epochs: 3), loss: NaNLoss(calls: Counter(), at: 4))
        #expect(throws: TrainingError.notFinite(term: "loss", value: "nan", epoch: 2, step: 1)) {
            _ = try trace(request)
        }
    }

    @Test func sideWeightsMustFit() throws {
        var settings = TinyData.settings(epochs: 1)
        settings[SideWeights.self].weights = [0.5, 0.5]
        let request = TinyData.request(settings: settings, networks: TinyData.factory(.ppauNet))
        #expect(throws: TrainingError.sideWeights(found: 2, outputs: 4)) {
            _ = try trace(request)
        }
        settings[SideWeights.self].weights = [0, 0, 0, 0]
        #expect(throws: TrainingError.self) {
            try Supervised().check(TinyData.request(settings: settings))
        }
    }

    @Test func withoutLabelledMasksThereIsNothingToLearn() throws {
        let request = TinyData.request(labelled: 0, settings: TinyData.settings(epochs: 1))
        #expect(
            throws: TrainingError.noImages(split: "training", needed: "a label and a mask")
        ) { try Supervised().check(request) }
    }

    @Test func withoutValidationTheLastEpochIsBest() throws {
        let base = TinyData.request(settings: TinyData.settings(epochs: 3))
        let request = RunRequest(
            dataset: base.dataset,
            split: .init(train: [0, 1, 2, 3], validation: [], test: [8], labelled: [0, 1, 2, 3]),
            networks: base.networks, loss: base.loss, settings: base.settings, seed: 1,
            folder: base.folder)
        #expect(try trace(request).bestEpoch == 3)
    }
}

/// The n-th time it is called with a gradient to fill, the value is NaN.
private struct NaNLoss: Loss {
    let calls: Counter
    let at: Int

    func callAsFunction(
        _ probabilities: Variable, target: Tensor, weight: Double, on tape: Tape
    ) -> Double {
        if tape.recording {
            tape.seed(
                probabilities, gradient: .filled(target.shape, with: 0.001, in: tape.context))
        }
        // Two training steps and one validation batch an epoch.
        return calls.next() == at ? .nan : 1
    }
}

private final class Counter: @unchecked Sendable {
    private var count = 0
    func next() -> Int {
        count += 1
        return count
    }
}
