import Datasets
import Domain
import Foundation
import Metrics
import Models
import TensorCore
import Testing

@testable import Training

/// Nothing in training assumes squares, one channel or one structure.
struct ShapesTests {
    /// Three channels of a rectangle, and two structures: the left half and what is bright in it.
    private static func dataset(
        _ count: Int, _ size: ImageSize = ImageSize(height: 32, width: 48)
    ) -> Dataset {
        let shape = size.shape(channels: 3)
        var random = RandomSource(seed: 4)
        var images: [Float] = []
        var masks: [UInt8] = []
        for _ in 0..<count {
            for pixel in 0..<shape.pixels {
                let isLeft = pixel % shape.width < shape.width / 2
                let value = Float(random.uniform()) + (isLeft ? 0.5 : 0)
                images += [value, 1 - value, value / 2]
                masks += [isLeft ? 1 : 0, isLeft && value > 1 ? 1 : 0]
            }
        }
        return Dataset(
            name: "wide", shape: shape, structures: ["left", "bright"],
            examples: (0..<count).map {
                Example(
                    id: "wide\($0)", hasMask: true, classIndex: $0 % 2, originalWidth: size.width,
                    originalHeight: size.height)
            },
            classNames: ["a", "b"], fingerprint: "wide", images: images, masks: masks)
    }

    /// Those that refuse rectangles say so (`ProcedureTests`).
    @Test(
        arguments: ProcedureRegistry.names,
        [ImageSize(height: 32, width: 48), ImageSize(height: 37, width: 26)])
    func rectanglesChannelsAndStructures(name: String, size: ImageSize) throws {
        var settings = TinyData.settings(epochs: 2, batch: 2)
        settings.augmentation = AugmentationSettings(flip: 0.5, rotate: 5, elastic: 1)
        let base = TinyData.request(
            train: 6, labelled: 4, settings: settings,
            networks: TinyData.factory(.ppauNet, width: 2))
        let request = RunRequest(
            dataset: Self.dataset(10, size), split: base.split, networks: base.networks,
            loss: base.loss,
            settings: settings, seed: 1, folder: base.folder)
        let procedure = try #require(ProcedureRegistry.find(name)).make()
        do {
            try procedure.check(request)
        } catch {
            #expect("\(error)".contains("expected square images"))
            return
        }
        let outcome = try procedure.run(
            request, context: ComputeContext(threads: 1), observer: { _ in },
            shouldStop: { false })
        for evaluation in outcome.evaluations {
            guard let images = evaluation.segmentation?.images else { continue }
            #expect(Set(images.map(\.id)).count == 2 && images.count == 2)
            for values in images.map(\.values) {
                let own = Self.dataset(1).structures.compactMap { values["dice/\($0)"] }
                #expect(own.count == 2 && values["dice"] == (own[0] + own[1]) / 2)
            }
        }
    }

    @Test func augmentationMovesChannelsAndStructuresTogether() {
        let dataset = Self.dataset(1)
        var sample = dataset.sample(0)
        Augmentation(AugmentationSettings(flip: 1)).apply(to: &sample, seed: 1, visit: 1, index: 0)
        let shape = dataset.shape
        for row in 0..<shape.height {
            for column in 0..<shape.width {
                let to = row * shape.width + column
                let from = row * shape.width + shape.width - 1 - column
                for channel in 0..<3 {
                    let moved = sample.image[to * 3 + channel]
                    #expect(abs(moved - dataset.images[from * 3 + channel]) < 1e-5)
                }
                #expect(sample.mask[to * 2] == dataset.masks[from * 2])
                #expect(sample.mask[to * 2 + 1] == dataset.masks[from * 2 + 1])
            }
        }
    }
}
