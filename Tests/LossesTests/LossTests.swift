import Settings
import TensorCore
import Testing

@testable import Losses

struct LossTests {
    private let context = ComputeContext(threads: 1)

    private static func settings(smooth: Double = 1e-5, clip: Double = 1e-7) -> SettingValues {
        var settings = SettingValues()
        settings[SmoothingSettings.self].smooth = smooth
        settings[KLSettings.self].clip = clip
        return settings
    }

    @Test("values of the numeric fixture")
    func numericFixture() {
        let fixture = NumericFixture()
        let mean = fixture.probabilities.values.reduce(0.0) { $0 + Double($1) } / 16384
        #expect(abs(mean - 0.291791406) < 1e-8)
        let expected: [(any Loss, Double)] = [
            (TverskyLoss(Self.settings()), 0.105391014),
            (TverskyLoss(Self.settings(smooth: 1)), 0.105368557),
            (AbsoluteKLLoss(Self.settings()), 0.627103021),
            (AbsoluteKLLoss(Self.settings(clip: 1e-5)), 0.463128125),
            (AbsoluteKLLoss(Self.settings(clip: 1e-3)), 0.297219228),
            (CrossEntropyLoss(Self.settings()), 0.208545993),
            (GeneralisedDiceLoss(Self.settings()), 0.091803255),
            (LossEntry.klTversky.make(Self.settings(smooth: 1)), 0.732471578),
            (LossEntry.xeTversky.make(Self.settings(smooth: 1)), 0.313914550),
        ]
        for (loss, value) in expected {
            let result = loss(fixture.probabilities, target: fixture.target, gradient: nil)
            #expect(abs(result - value) < 1e-6, "\(type(of: loss))")
        }
    }

    @Test("gradients of the numeric fixture")
    func fixtureGradients() {
        let fixture = NumericFixture()
        let gradient = Tensor.zeros(fixture.target.shape, in: fixture.context)
        _ = TverskyLoss(Self.settings(smooth: 1))(
            fixture.probabilities, target: fixture.target, gradient: gradient)
        #expect(abs(gradient.values[62 * 128 + 38] - -1.558936e-4) < 1e-10)
        #expect(abs(gradient.values[0] - 5.71891e-5) < 1e-10)
        _ = AbsoluteKLLoss(Self.settings())(
            fixture.probabilities, target: fixture.target, gradient: gradient)
        #expect(abs(gradient.values[62 * 128 + 38] - -3.46609e-6) < 1e-11)
        #expect(abs(gradient.values[0] - 7.624947e-4) < 1e-9)
    }

    private func batch(_ images: Int, _ side: Int, seed: UInt64) -> (Tensor, Tensor) {
        var random = RandomSource(seed: seed)
        let shape = Shape(images, side, side, 1)
        let p = (0..<shape.count).map { _ in Float(random.uniform(0.02...0.98)) }
        let y = (0..<shape.count).map { _ -> Float in random.uniform() < 0.3 ? 1 : 0 }
        return (Tensor(p, shape: shape, in: context), Tensor(y, shape: shape, in: context))
    }

    @Test("gradient equals central differences", arguments: LossRegistry.names)
    func gradient(name: String) throws {
        let entry = try #require(LossRegistry.find(name))
        for reduction in LossReduction.allCases {
            var settings = SettingValues()
            settings[ReductionSettings.self].reduction = reduction
            settings[CombinationSettings.self].a = 0.7
            settings[CombinationSettings.self].b = 1.3
            let loss = entry.make(settings)
            let (p, y) = batch(3, 5, seed: 7)
            let gradient = Tensor.filled(p.shape, with: 9, in: context)
            let value = loss(p, target: y, gradient: gradient)
            #expect(value.isFinite && value > 0)
            #expect(loss(p, target: y, gradient: nil) == value)
            for index in 0..<p.count {
                // The step that float32 really takes, so that rounding does not blur the quotient.
                let centre = p.values[index]
                let (high, low) = (centre + 0x1p-8, centre - 0x1p-8)
                func at(_ x: Float) -> Double {
                    p[index] = x
                    return loss(p, target: y, gradient: nil)
                }
                let numeric = (at(high) - at(low)) / Double(high - low)
                p[index] = centre
                let analytic = Double(gradient.values[index])
                let tolerance =
                    2e-5 + 0.06 * abs(analytic) * Double(0x1p-8 / min(centre, 1 - centre))
                #expect(abs(numeric - analytic) < tolerance, "\(name) \(reduction) at \(index)")
            }
        }
    }

    @Test("the same bits for any number of threads", arguments: LossRegistry.names)
    func threads(name: String) throws {
        let loss = try #require(LossRegistry.find(name)).make(SettingValues())
        let (p, y) = batch(5, 9, seed: 4)
        let results = [1, 2, 3, 8].map { threads in
            let context = ComputeContext(threads: threads)
            let tape = Tape(
                context: context, training: true, random: RandomSource(seed: 1), recording: true)
            let input = tape.input(Tensor(p.values, shape: p.shape, in: context))
            let target = Tensor(y.values, shape: y.shape, in: context)
            let value = loss(input, target: target, weight: 0.7, on: tape)
            return [value] + (input.gradient?.values ?? []).map(Double.init)
        }
        #expect(results[0].count == p.count + 1)
        #expect(results.allSatisfy { $0 == results[0] })
    }

    /// Pixels that do not count are not there: value and gradient are those of the others alone.
    @Test("pixels that do not count", arguments: LossRegistry.names, LossReduction.allCases)
    func uncounted(name: String, reduction: LossReduction) throws {
        var settings = SettingValues()
        settings[ReductionSettings.self].reduction = reduction
        let loss = try #require(LossRegistry.find(name)).make(settings)
        let (p, y) = batch(2, 6, seed: 3)
        let counts = (0..<72).map { $0 % 6 < 4 && $0 % 36 < 24 }
        let places = counts.indices.filter { counts[$0] }
        let part = Shape(2, 4, 4, 1)
        func counted(_ tensor: Tensor) -> Tensor {
            Tensor(places.map { tensor[$0] }, shape: part, in: context)
        }
        let gradients = [Tensor.zeros(p.shape, in: context), .zeros(part, in: context)]
        let inside = Tensor(counts.map { $0 ? 1 : 0 }, shape: p.shape, in: context)
        let target = y.counting(only: inside, in: context)
        #expect(target.values == zip(y.values, counts).map { $1 ? $0 : Tensor.uncounted })
        let whole = loss(p, target: target, gradient: gradients[0])
        #expect(whole == loss(counted(p), target: counted(y), gradient: gradients[1]))
        #expect(counted(gradients[0]).values == gradients[1].values)
        let others = counts.indices.filter { !counts[$0] }
        #expect(others.allSatisfy { gradients[0][$0] == 0 })
        // Where nothing counts there is nothing to lose.
        let none = Tensor.filled(p.shape, with: Tensor.uncounted, in: context)
        #expect(loss(p, target: none, gradient: gradients[0]) == 0)
        #expect(gradients[0].values.allSatisfy { $0 == 0 })
    }

    @Test("mean over images, not over the batch", arguments: LossRegistry.names)
    func batchMean(name: String) throws {
        let loss = try #require(LossRegistry.find(name)).make(SettingValues())
        let (p, y) = batch(2, 6, seed: 3)
        let gradient = Tensor.zeros(p.shape, in: context)
        let both = loss(p, target: y, gradient: gradient)
        var sum = 0.0
        for image in 0..<2 {
            let range = image * 36..<(image + 1) * 36
            let one = Shape(1, 6, 6, 1)
            let pOne = Tensor(Array(p.values[range]), shape: one, in: context)
            let yOne = Tensor(Array(y.values[range]), shape: one, in: context)
            let gradientOne = Tensor.zeros(one, in: context)
            sum += loss(pOne, target: yOne, gradient: gradientOne)
            for (whole, part) in zip(gradient.values[range], gradientOne.values) {
                #expect(abs(whole - part / 2) <= 1e-6 * abs(part))
            }
        }
        #expect(abs(both - sum / 2) < 1e-12)
    }

    @Test(
        "a perfect prediction is the optimum, extremes stay finite",
        arguments: LossRegistry.names)
    func extremes(name: String) throws {
        let loss = try #require(LossRegistry.find(name)).make(SettingValues())
        let (soft, y) = batch(2, 8, seed: 5)
        let gradient = Tensor.zeros(y.shape, in: context)
        let perfect = loss(y, target: y, gradient: gradient)
        #expect(abs(perfect) < 1e-4)
        #expect(isFinite(gradient))
        let inverted = Tensor(y.values.map { 1 - $0 }, shape: y.shape, in: context)
        let worst = loss(inverted, target: y, gradient: gradient)
        #expect(worst.isFinite && worst > loss(soft, target: y, gradient: nil))
        #expect(isFinite(gradient))
        let empty = Tensor.zeros(y.shape, in: context)
        #expect(abs(loss(empty, target: empty, gradient: gradient)) < 1e-4)
        #expect(loss(soft, target: empty, gradient: gradient).isFinite)
        #expect(isFinite(gradient))
    }

    private func isFinite(_ tensor: Tensor) -> Bool { tensor.values.allSatisfy(\.isFinite) }

    @Test("NaN is passed on", arguments: LossRegistry.names)
    func notANumber(name: String) throws {
        let loss = try #require(LossRegistry.find(name)).make(SettingValues())
        let (p, y) = batch(1, 4, seed: 1)
        p[3] = .nan
        #expect(loss(p, target: y, gradient: nil).isNaN)
    }
}

extension Loss {
    /// The value; and into `gradient`, where there is one, the derivative.
    func callAsFunction(_ probabilities: Tensor, target: Tensor, gradient: Tensor?) -> Double {
        let tape = Tape(
            context: LossContext.shared, training: false, random: RandomSource(seed: 0),
            recording: gradient != nil)
        let input = tape.input(probabilities)
        let value = self(input, target: target, weight: 1, on: tape)
        if let gradient, let found = input.gradient { gradient.copy(from: found) }
        return value
    }
}

private enum LossContext {
    static let shared = ComputeContext(threads: 1)
}
