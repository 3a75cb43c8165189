import Settings
import TensorCore
import TestSupport
import Testing

@testable import Losses

/// Every loss against its formula written out in float64: the value, and the gradient by central
/// differences of the formula; with several maps, and with images beyond the target.
struct LossOracleTests {
    private static let settings: SettingValues = {
        var settings = SettingValues()
        settings[CombinationSettings.self].a = 0.7
        settings[CombinationSettings.self].b = 1.3
        return settings
    }()

    /// The mean over maps and images, or the batch taken as one image.
    private static func oracle(
        _ formula: LossOracle, _ p: DoubleTensor, _ y: DoubleTensor, _ reduction: LossReduction
    ) -> Double {
        let maps = y.shape.channels
        let images = reduction == .perImage ? y.shape.batch : 1
        let size = y.values.count / images
        var total = 0.0
        for image in 0..<images {
            for map in 0..<maps {
                let places = stride(from: image * size + map, to: (image + 1) * size, by: maps)
                total += formula.value(
                    OraclePixels(p: places.map { p.values[$0] }, y: places.map { y.values[$0] }),
                    settings)
            }
        }
        return total / Double(images * maps)
    }

    @Test(arguments: LossRegistry.names, [1, 3])
    func valueAndGradient(name: String, maps: Int) throws {
        let formula = try #require(LossOracle.all.first { $0.name == name })
        let context = ComputeContext(threads: 1)
        var random = RandomSource(seed: 21)
        let shape = Shape(3, 4, 6, maps)
        let p = DoubleTensor(
            (0..<shape.count).map { _ in Double(Float(random.uniform(0.05...0.95))) }, shape: shape)
        let target = Shape(2, 4, 6, maps)
        let y = DoubleTensor(
            (0..<target.count).map { _ in random.uniform() < 0.4 ? 1 : 0 }, shape: target)
        for reduction in LossReduction.allCases {
            var settings = Self.settings
            settings[ReductionSettings.self].reduction = reduction
            let loss = try #require(LossRegistry.find(name)).make(settings)
            let tape = Tape(
                context: context, training: true, random: RandomSource(seed: 0), recording: true)
            let input = tape.input(p.tensor(in: context))
            let value = loss(input, target: y.tensor(in: context), weight: 2, on: tape)
            let expected = Self.oracle(formula, p, y, reduction)
            #expect(abs(value - expected) < 1e-12)
            let gradient = try #require(input.gradient)
            for index in 0..<shape.count {
                var (high, low) = (p, p)
                high.values[index] += 1e-5
                low.values[index] -= 1e-5
                let above = Self.oracle(formula, high, y, reduction)
                let below = Self.oracle(formula, low, y, reduction)
                let slope = 2 * (above - below) / 2e-5
                #expect(
                    abs(Double(gradient[index]) - slope) <= 1e-6 + 1e-5 * abs(slope),
                    "\(reduction) at \(index)")
            }
        }
    }
}
