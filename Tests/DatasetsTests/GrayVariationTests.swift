import Domain
import TensorCore
import Testing

@testable import Datasets

struct GrayVariationTests {
    private let shape = ImageShape(height: 12, width: 17, channels: 2)

    private func image() -> [Float] {
        var random = RandomSource(seed: 4)
        return (0..<shape.count).map { _ in Float(random.uniform(0.2...0.8)) }
    }

    private func varied(_ variation: GrayVariation, seed: UInt64 = 1) -> [Float] {
        var (values, random) = (image(), RandomSource(seed: seed))
        variation.apply(to: &values, shape, using: &random)
        return values
    }

    @Test(arguments: [
        GrayVariation(intensity: 0.5), GrayVariation(blur: 2), GrayVariation(noise: 0.2),
        GrayVariation(intensity: 0.5, blur: 2, noise: 0.2),
    ])
    func itVariesWithinTheRangeAndByTheSourceAlone(variation: GrayVariation) throws {
        let plain = image()
        let first = varied(variation)
        #expect(first != plain && first == varied(variation))
        #expect(first != varied(variation, seed: 2))
        let (low, high) = (try #require(plain.min()), try #require(plain.max()))
        #expect(first.allSatisfy { $0 >= low && $0 <= high })
    }

    @Test func nothingIsVariedWithoutStrength() {
        #expect(varied(GrayVariation()) == image())
        var (empty, random): ([Float], RandomSource) = ([], RandomSource(seed: 1))
        GrayVariation(intensity: 1, blur: 1, noise: 1).apply(to: &empty, shape, using: &random)
        #expect(empty.isEmpty)
    }

    /// A blur spreads a point alike in both directions, in its own channel, and keeps its sum.
    @Test func aPointIsSpread() {
        var points = [Float](repeating: 0, count: shape.count)
        func place(_ row: Int, _ column: Int) -> Int { (row * shape.width + column) * 2 + 1 }
        points[place(6, 8)] = 1
        var random = RandomSource(seed: 3)
        GrayVariation(blur: 1).apply(to: &points, shape, using: &random)
        #expect(points[place(6, 8)] < 1 && points[place(6, 7)] > 0)
        #expect(points[place(6, 7)] == points[place(5, 8)])
        #expect(points[place(6, 7)] == points[place(6, 9)])
        #expect(abs(points.reduce(0, +) - 1) < 1e-5)
        let others = stride(from: 0, to: points.count, by: 2).map { points[$0] }
        #expect(others.allSatisfy { $0 == 0 })
    }
}
