import Foundation
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

    /// The loss of one map of one image by name.
    private static func formula(_ name: String, _ p: [Double], _ y: [Double]) -> Double? {
        let smooth = settings[SmoothingSettings.self].smooth
        let weights = settings[TverskySettings.self]
        let clip = settings[KLSettings.self].clip
        let sides = settings[CombinationSettings.self]
        let count = Double(p.count)
        func sum(_ term: (Double, Double) -> Double) -> Double {
            zip(p, y).reduce(0) { $0 + term($1.0, $1.1) }
        }
        let tp = sum { $0 * $1 }
        let (fp, fn) = (sum { $0 * (1 - $1) }, sum { (1 - $0) * $1 })
        let tversky =
            1 - (tp + smooth) / (tp + weights.alpha * fp + weights.beta * fn + smooth)
        let entropy = sum { -($1 * log($0) + (1 - $1) * log(1 - $0)) } / count
        let kl =
            sum { p, y in
                let y = min(max(y, clip), 1 - clip)
                return abs((y - p) * log(y / p))
            } / count
        switch name {
        case "tv": return tversky
        case "xe": return entropy
        case "xetv": return sides.a * entropy + sides.b * tversky
        case "kltv": return sides.a * kl + sides.b * tversky
        case "focal-tversky": return pow(tversky, settings[FocalSettings.self].gamma)
        case "dice":
            return 1 - (2 * tp + smooth) / (sum { $0 + $1 } + smooth)
        case "gdl":
            let tn = sum { (1 - $0) * (1 - $1) }
            let (inside, outside) = (sum { $1 } / count, sum { 1 - $1 } / count)
            let (a, b) = (1 / (inside * inside), 1 / (outside * outside))
            let mass = (sum { $0 + $1 }, sum { 2 - $0 - $1 })
            return 1 - (2 * (a * tp + b * tn) / count + smooth)
                / ((a * mass.0 + b * mass.1) / count + smooth)
        default: return nil
        }
    }

    /// The mean over maps and images, or the batch taken as one image.
    private static func oracle(
        _ name: String, _ p: DoubleTensor, _ y: DoubleTensor, _ reduction: LossReduction
    ) -> Double? {
        let maps = y.shape.channels
        let images = reduction == .perImage ? y.shape.batch : 1
        let size = y.values.count / images
        var total = 0.0
        for image in 0..<images {
            for map in 0..<maps {
                let places = stride(from: image * size + map, to: (image + 1) * size, by: maps)
                guard
                    let value = formula(
                        name, places.map { p.values[$0] }, places.map { y.values[$0] })
                else { return nil }
                total += value
            }
        }
        return total / Double(images * maps)
    }

    @Test(arguments: LossRegistry.all.map(\.name), [1, 3])
    func valueAndGradient(name: String, maps: Int) throws {
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
            let expected = try #require(Self.oracle(name, p, y, reduction))
            #expect(abs(value - expected) < 1e-12)
            let gradient = try #require(input.gradient)
            for index in 0..<shape.count {
                var (high, low) = (p, p)
                high.values[index] += 1e-5
                low.values[index] -= 1e-5
                let above = try #require(Self.oracle(name, high, y, reduction))
                let below = try #require(Self.oracle(name, low, y, reduction))
                let slope = 2 * (above - below) / 2e-5
                #expect(
                    abs(Double(gradient[index]) - slope) <= 1e-6 + 1e-5 * abs(slope),
                    "\(reduction) at \(index)")
            }
        }
    }
}
