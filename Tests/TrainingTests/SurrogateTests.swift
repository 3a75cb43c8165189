import TensorCore
import Testing

@testable import Training

struct SurrogateTests {
    private let context = ComputeContext(threads: 1)

    private func apply(_ transform: Surrogate, _ pixels: [Float]) -> [Float] {
        let image = Tensor(pixels, shape: Shape(1, 2, 2, 1), in: context)
        return Surrogate.apply([transform], to: image, in: context).values
    }

    @Test(
        "each transformation of 1 2 / 3 4",
        arguments: [
            (Surrogate.rotation0, [1, 2, 3, 4]), (.rotation90, [2, 4, 1, 3]),
            (.rotation180, [4, 3, 2, 1]), (.rotation270, [3, 1, 4, 2]),
            (.flipHorizontal, [2, 1, 4, 3]), (.flipVertical, [3, 4, 1, 2]),
        ] as [(Surrogate, [Float])])
    func pixels(transform: Surrogate, expected: [Float]) {
        #expect(apply(transform, [1, 2, 3, 4]) == expected)
    }

    @Test func fourQuarterTurnsAreNone() {
        var pixels: [Float] = [1, 2, 3, 4]
        for _ in 0..<4 { pixels = apply(.rotation90, pixels) }
        #expect(pixels == [1, 2, 3, 4])
    }

    @Test func imagesAreTransformedOnTheirOwn() {
        let images = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: Shape(2, 2, 2, 1), in: context)
        let result = Surrogate.apply([.flipVertical, .rotation0], to: images, in: context)
        #expect(result.values == [3, 4, 1, 2, 5, 6, 7, 8])
    }

    @Test func theSettingChoosesTheClasses() {
        #expect(Surrogate.classes(of: .rotationsAndFlips).count == 6)
        #expect(Surrogate.classes(of: .rotations).map(\.rawValue) == [0, 1, 2, 3])
    }
}
