import Datasets
import Domain
import Metrics
import Models
import NN
import TensorCore
import Testing

@testable import Training

/// Images of other shapes, fitted into squares (`resize: fit`): no procedure reads or counts what is
/// around them.
struct PaddedTests {
    private let context = ComputeContext(threads: 1)

    /// Tiny images of which every third is wide and every third tall, in squares of 32 pixels; masks are
    /// `filling` in the padding.
    private static func dataset(
        _ count: Int, filling: UInt8 = 0, resize: Resize = .fit,
        sizes: [ImageSize] = [
            .square(32), .init(height: 20, width: 32), .init(height: 32, width: 25),
        ]
    ) -> Dataset {
        let plain = TinyData.dataset(count)
        var (images, masks): ([Float], [UInt8]) = ([], [])
        let examples = plain.examples.enumerated().map { index, example in
            let size = sizes[index % sizes.count]
            let place = ImagePlacement(of: size, in: 32, by: .fit)
            images += place.put(place.cut(plain.image(index)), padding: 0)
            masks += place.put(place.cut(plain.mask(index)), padding: filling)
            return Example(
                id: example.id, hasMask: true, classIndex: example.classIndex,
                originalWidth: size.width, originalHeight: size.height)
        }
        return Dataset(
            name: "tiny", shape: plain.shape, resize: resize, examples: examples,
            classNames: plain.classNames, fingerprint: "tiny", images: images, masks: masks)
    }

    private func request(_ dataset: Dataset) -> RunRequest {
        var settings = TinyData.settings(epochs: 2, batch: 2)
        settings.augmentation = AugmentationSettings(flip: 0.5, rotate: 10, shift: 0.1)
        settings[AdversarialSettings.self].negatives = .mixed
        settings[PasteSettings.self].keepsLargestParts = false
        (settings[RampSettings.self].warmUp, settings[RampSettings.self].rampUp) = (0, 0)
        let base = TinyData.request(
            train: 6, labelled: 4, settings: settings,
            networks: TinyData.factory(.ppauNet, width: 2))
        return RunRequest(
            dataset: dataset, split: base.split, networks: base.networks, loss: base.loss,
            settings: settings, seed: 1, folder: TinyData.folder())
    }

    @Test(arguments: ProcedureRegistry.names)
    func masksInPaddingAreNeverRead(name: String) throws {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        let first = try trace(request(Self.dataset(10)), procedure: procedure)
        #expect(first.losses.allSatisfy { $0.isFinite })
        let filled = Self.dataset(10, filling: 1)
        #expect(filled.masks != Self.dataset(10).masks)
        #expect(try trace(request(filled), procedure: procedure) == first)
    }

    /// Images that fill their squares train as they always did.
    @Test(arguments: ProcedureRegistry.names)
    func squaresTrainTheSameBits(name: String) throws {
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        let traces = try [Resize.stretch, .fit].map {
            try trace(
                request(Self.dataset(10, resize: $0, sizes: [.square(32)])), procedure: procedure)
        }
        #expect(traces[0] == traces[1])
    }

    @Test func lossAndMetricsAreThoseOfTheImageAlone() throws {
        let dataset = Self.dataset(4)
        let batches = Batches(dataset: dataset, context: context)
        let place = dataset.placement(1)
        var random = RandomSource(seed: 2)
        let whole = (0..<32 * 32).map { _ in Float(random.uniform(0.1...0.9)) }
        func loss(_ p: [Float], _ target: Tensor, _ shape: Shape) throws -> Double {
            let tape = Tape(inference: context)
            return try DeepSupervision(loss: TinyData.klTversky, weights: [])(
                Prediction(sides: [tape.constant(Tensor(p, shape: shape, in: context))]),
                target: target, on: tape)
        }
        let shape = Shape(1, 20, 32, 1)
        let mask = Tensor(
            place.cut(dataset.mask(1)).map(Float.init), shape: shape, in: context)
        let padded = try loss(whole, batches.targets([1]), Shape(1, 32, 32, 1))
        let alone = try loss(place.cut(whole), mask, shape)
        #expect(padded == alone)
        let drawn = whole.map { $0 > 0.5 ? UInt8(1) : 0 }
        var (found, expected) = (SegmentationEvaluation(), SegmentationEvaluation())
        found.update(dataset, 1, 0, prediction: drawn, probabilities: whole)
        expected.update(
            SegmentationCase(
                target: BinaryMask(place.cut(dataset.mask(1)), height: 20, width: 32),
                prediction: BinaryMask(place.cut(drawn), height: 20, width: 32)),
            id: "tiny1", probabilities: place.cut(whole))
        #expect(found.means == expected.means && found.pooled == expected.pooled)
        #expect(found.images.map(\.id) == ["tiny1"])
    }

    @Test func augmentationKeepsPaddingWhereItIs() {
        let dataset = Self.dataset(4)
        let batches = Batches(dataset: dataset, context: context)
        var settings = TinyData.settings(epochs: 1)
        settings.augmentation = AugmentationSettings(flip: 1, rotate: 40, shift: 0.3, elastic: 2)
        let (images, targets) = batches.training([1, 0], settings, seed: 5, visit: 1)
        let place = dataset.placement(1)
        var sample = dataset.sample(1)
        Augmentation(settings.augmentation).apply(to: &sample, seed: 5, visit: 1, index: 1)
        #expect(images.map(0, ofImage: 0) == place.put(sample.image, padding: 0))
        let expected = place.put(sample.mask.map(Float.init), padding: Tensor.uncounted)
        #expect(targets.map(0, ofImage: 0) == expected)
        #expect(sample.mask != dataset.sample(1).mask)
        #expect(targets.map(0, ofImage: 1).allSatisfy { $0 >= 0 })
    }

    /// The critic is shown no masks in padding, neither true nor drawn nor wrong ones.
    @Test func criticsSeeNoMasksInPadding() throws {
        let request = request(Self.dataset(10, filling: 1))
        let pair = try AdversarialPair(request, outputs: 3, in: context)
        let position = StepPosition(seed: 1, epoch: 0, step: 0, stepsPerEpoch: 2)
        let images = SemiSupervisedBatches(request).images(at: position, from: pair.batches)
        let (first, rest) = (images.inside.labelled, images.inside.unlabelled)
        let inside = try #require(first).joined(
            with: try #require(rest), in: context)
        #expect(inside.values.contains(0))
        let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
        let pass = pair.segment(images, on: tape)
        #expect(pass.mask.shape == inside.shape)
        for (mask, isInside) in zip(pass.mask.value.values, inside.values) {
            #expect((mask > 0) == (isInside > 0))
        }
        for (mask, isInside) in zip(
            images.masks(in: context).values, images.inside.labelled?.values ?? [])
        where isInside == 0 {
            #expect(mask == 0)
        }
    }

    @Test func pseudoLabelsLeavePaddingOut() {
        let shape = Shape(1, 2, 3, 1)
        let p = Tensor([0.9, 0.2, 0.97, 0.6, 0.01, 0.5], shape: shape, in: context)
        let inside = Tensor([1, 1, 0, 1, 1, 0], shape: shape, in: context)
        var settings = ConfidenceSettings()
        settings.threshold = 0.9
        let found = PseudoTargets(
            p, inside: inside, areExclusive: false, settings, in: context)
        let small = Shape(1, 2, 2, 1)
        let alone = PseudoTargets(
            Tensor([0.9, 0.2, 0.6, 0.01], shape: small, in: context), areExclusive: false,
            settings, in: context)
        #expect(found.target.values == [1, 0, -1, 1, 0, -1])
        #expect(found.share == alone.share)
        let places = [0, 1, 3, 4]
        #expect(places.map { found.counted[$0] } == alone.counted.values)
        #expect(found.counted[2] == 0 && found.counted[5] == 0)
    }
}
