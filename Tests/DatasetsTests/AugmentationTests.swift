import Domain
import Testing

@testable import Datasets

struct AugmentationTests {
    private let side = 33

    /// A picture without symmetry, and the mask of its bright part.
    private func sample() -> (image: [Float], mask: [UInt8]) {
        var image = [Float](repeating: 0.1, count: side * side)
        for row in 8..<20 {
            for column in 5..<16 { image[row * side + column] = 0.5 + Float(column) / 40 }
        }
        return (image, image.map { $0 > 0.3 ? 1 : 0 })
    }

    private func vary(
        _ settings: AugmentationSettings, seed: UInt64 = 1, visit: Int = 1, index: Int = 0
    ) -> (image: [Float], mask: [UInt8]) {
        let (image, mask) = sample()
        return vary(settings, image, mask, side: side, seed: seed, visit: visit, index: index)
    }

    private func vary(
        _ settings: AugmentationSettings, _ image: [Float], _ mask: [UInt8], side: Int,
        seed: UInt64, visit: Int, index: Int
    ) -> (image: [Float], mask: [UInt8]) {
        var sample = Sample(
            example: Example(id: "a", hasMask: true, originalWidth: side, originalHeight: side),
            shape: .square(side), image: image, mask: mask)
        Augmentation(settings).apply(to: &sample, seed: seed, visit: visit, index: index)
        return (sample.image, sample.mask)
    }

    @Test func nothingByDefault() {
        #expect(vary(AugmentationSettings()) == sample())
        #expect(AugmentationSettings().isNone)
    }

    @Test func seedEpochAndImageDecide() {
        let settings = AugmentationSettings(
            flip: 0.5, rotate: 20, shift: 0.1, scale: 0.1, intensity: 0.2, elastic: 2)
        let first = vary(settings)
        #expect(vary(settings) == first)
        #expect(vary(settings, seed: 2).image != first.image)
        #expect(vary(settings, visit: 2).image != first.image)
        #expect(vary(settings, index: 1).image != first.image)
    }

    @Test func flipMirrors() {
        let (image, mask) = sample()
        let flipped = vary(AugmentationSettings(flip: 1))
        for row in 0..<side {
            for column in 0..<side {
                let mirrored = row * side + side - 1 - column
                #expect(abs(flipped.image[row * side + column] - image[mirrored]) < 1e-6)
                #expect(flipped.mask[row * side + column] == mask[mirrored])
            }
        }
        let flips = (0..<200).filter { index in
            vary(AugmentationSettings(flip: 0.3), index: index).mask != mask
        }.count
        #expect((35...85).contains(flips), "\(flips) of 200 at probability 0.3")
    }

    @Test(arguments: [
        AugmentationSettings(rotate: 30), AugmentationSettings(shift: 0.1),
        AugmentationSettings(scale: 0.2), AugmentationSettings(elastic: 2),
    ])
    func maskFollowsTheImage(settings: AugmentationSettings) {
        var moved = 0
        for index in 0..<10 {
            let (image, mask) = vary(settings, index: index)
            let bright = image.map { $0 > 0.3 }
            let differing = zip(bright, mask).filter { $0.0 != ($0.1 == 1) }.count
            // Only the border may differ: two thresholds of one blurred edge.
            #expect(differing <= 50, "\(differing) pixels of image \(index)")
            if mask != sample().mask { moved += 1 }
        }
        #expect(moved >= 6, "\(moved) of 10 images moved")
    }

    @Test func boundsAreKept() {
        let area = Double(sample().mask.filter { $0 == 1 }.count)
        for index in 0..<40 {
            let shifted = vary(AugmentationSettings(shift: 0.1), index: index).mask
            #expect(abs(centre(shifted).x - 10) <= 3.8 && abs(centre(shifted).y - 13.5) <= 3.8)
            let scaled = vary(AugmentationSettings(scale: 0.2), index: index).mask
            let factor = Double(scaled.filter { $0 == 1 }.count) / area
            #expect((0.58...1.55).contains(factor), "area changed by \(factor)")
            let bright = vary(AugmentationSettings(intensity: 0.3), index: index)
            #expect(bright.mask == sample().mask)
            #expect(bright.image.allSatisfy { (0.1...0.9).contains($0) })
        }
    }

    private func centre(_ mask: [UInt8]) -> (x: Double, y: Double) {
        let inside = mask.indices.filter { mask[$0] == 1 }
        let count = Double(inside.count)
        return (
            inside.reduce(0) { $0 + Double($1 % side) } / count,
            inside.reduce(0) { $0 + Double($1 / side) } / count
        )
    }

    @Test func elasticStrengthIsItsDeviation() {
        // The mean square displacement over many draws, read off two ramps.
        let side = 24
        var sum = 0.0
        var count = 0
        for index in 0..<60 {
            let ramp = vary(
                AugmentationSettings(elastic: 1.5), (0..<(side * side)).map { Float($0 % side) },
                [UInt8](repeating: 0, count: side * side), side: side, seed: 5, visit: 1,
                index: index
            ).image
            for row in 0..<side {
                for column in 7..<17 {
                    let moved = Double(ramp[row * side + column]) - Double(column)
                    sum += moved * moved
                    count += 1
                }
            }
        }
        let deviation = (sum / Double(count)).squareRoot()
        #expect((1.3...1.7).contains(deviation), "\(deviation) pixels instead of 1.5")
    }
}
