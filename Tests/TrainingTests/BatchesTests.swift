import Datasets
import Domain
import NN
import TensorCore
import Testing

@testable import Training

struct BatchesTests {
    private let context = ComputeContext(threads: 1)

    @Test func copiesImagesAndMasks() {
        let dataset = TinyData.dataset(4, side: 8)
        let batches = Batches(dataset: dataset, context: context)
        let images = batches.images([2, 0])
        #expect(images.shape == Shape(2, 8, 8, 1))
        #expect(images.values == Array(dataset.image(2)) + Array(dataset.image(0)))
        let masks = batches.masks([3])
        #expect(masks.values == dataset.mask(3).map { Float($0) })
    }

    @Test func augmentationVariesByVisitOnly() {
        let dataset = TinyData.dataset(4, side: 16)
        let batches = Batches(dataset: dataset, context: context)
        func values(_ settings: TrainingSettings, visit: Int) -> (images: [Float], masks: [Float]) {
            let (images, targets) = batches.training([2, 0], settings, seed: 3, visit: visit)
            return (images.values, targets.values)
        }
        var settings = TinyData.settings(epochs: 1)
        #expect(
            values(settings, visit: 1) == (
                batches.images([2, 0]).values, batches.masks([2, 0]).values
            ))
        settings.augmentation.rotate = 25
        settings.augmentation.shift = 0.1
        let first = values(settings, visit: 1)
        #expect(first.images != batches.images([2, 0]).values)
        #expect(first.masks.allSatisfy { $0 == 0 || $0 == 1 })
        #expect(first == values(settings, visit: 1))
        #expect(first.images != values(settings, visit: 2).images)
        let alone = batches.training([0], settings, seed: 3, visit: 1)
        #expect(Array(first.images.suffix(256)) == alone.images.values)
        // An image whose mask is secret is varied likewise.
        #expect(
            batches.trainingImages([2, 0], settings, seed: 3, visit: 1).values == first.images)
    }

    /// An epoch of several passes shows an image in another form each time.
    @Test func visitsAreEpochsOrSteps() {
        var settings = TinyData.settings(epochs: 1, batch: 2)
        let position = StepPosition(seed: 1, epoch: 4, step: 1, stepsPerEpoch: 3)
        #expect(LabelledBatches([0, 1, 2, 3, 4], settings).visit(at: position) == 5)
        settings.stepsPerEpoch = 3
        #expect(LabelledBatches([0, 1, 2, 3, 4], settings).visit(at: position) == 14)
    }

    @Test func passesAreShuffledAndWhole() {
        let indices = Array(10..<20)
        let first = Batches.shuffled(indices, seed: 1, stream: "a", pass: 0)
        #expect(first != indices && first.sorted() == indices)
        #expect(first == Batches.shuffled(indices, seed: 1, stream: "a", pass: 0))
        #expect(first != Batches.shuffled(indices, seed: 1, stream: "a", pass: 1))
        #expect(first != Batches.shuffled(indices, seed: 2, stream: "a", pass: 0))
        #expect(Batches.cut(first, size: 4).map(\.count) == [4, 4, 2])
    }

    @Test func cyclesDoNotDependOnTheCut() {
        let indices = [3, 5, 8]
        let whole = Batches.cycled(indices, from: 0, count: 12, seed: 4, stream: "l")
        let parts = [0, 5, 7].flatMap { start -> [Int] in
            let end = start == 0 ? 5 : start == 5 ? 7 : 12
            return Batches.cycled(indices, from: start, count: end - start, seed: 4, stream: "l")
        }
        #expect(parts == whole)
        for pass in 0..<4 { #expect(whole[pass * 3..<pass * 3 + 3].sorted() == indices) }
    }

    @Test func sideTargetsAreStridedSamples() {
        let map = Tensor((0..<32).map { Float($0) }, shape: Shape(2, 4, 4, 1), in: context)
        #expect(map.strided(by: 2, in: context).values == [0, 2, 8, 10, 16, 18, 24, 26])
        let odd = Tensor((0..<15).map { Float($0) }, shape: Shape(1, 3, 5, 1), in: context)
        #expect(odd.strided(by: 2, in: context).values == [0, 2, 4, 10, 12, 14])
    }

    /// The outputs of a network that has padded an image of an odd size meet the mask's pixels at
    /// their own places.
    @Test func sidesOfOddImagesMeetTheirPixels() throws {
        let shape = Shape(1, 17, 9, 1)
        let target = Tensor(
            (0..<shape.count).map { $0 % 9 == 8 || $0 / 9 == 16 ? 1 : 0 }, shape: shape,
            in: context)
        let supervision = DeepSupervision(loss: TinyData.loss("xe"), weights: [1, 1, 1, 1])
        let tape = Tape(inference: context)
        let sides = [8, 4, 2, 1].map { tape.constant(target.strided(by: $0, in: context)) }
        #expect(sides[0].shape == Shape(1, 3, 2, 1))
        #expect(sides[0].value.values == [0, 1, 0, 1, 1, 1])
        #expect(try supervision(Prediction(sides: sides), target: target, on: tape) == 0)
    }
}
