import Domain
import Losses
import NN
import Settings
import TensorCore
import Testing

@testable import Training

/// What targets of unlabelled images are made of.
struct PseudoTargetTests {
    private let context = ComputeContext(threads: 1)

    private func tensor(_ values: [Float], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape, in: context)
    }

    private func settings(_ threshold: Double, perStructure: Bool) -> ConfidenceSettings {
        var settings = ConfidenceSettings()
        (settings.threshold, settings.perStructure) = (threshold, perStructure)
        return settings
    }

    @Test func oneThresholdForAll() {
        // Exact in binary.
        let p = tensor([0.875, 0.75, 0.5, 0.25, 0.125, 0], Shape(1, 2, 3, 1))
        let found = PseudoTargets(
            p, areExclusive: false, settings(0.8, perStructure: false), in: context)
        #expect(found.target.values == [1, 1, 1, 0, 0, 0])
        #expect(found.counted.values == [1, 0, 0, 0, 1, 1])
        #expect(found.share == (0.5, 1.0 / 3))
    }

    /// A structure that is drawn with 0.625 at most keeps its surer pixels; the other one's threshold
    /// is no lower for it.
    @Test func aThresholdAStructure() {
        let sure: [Float] = [1, 1, 0.75, 0, 0, 0]
        let unsure: [Float] = [0.625, 0.5, 0.25, 0, 0, 0]
        let p = tensor(zip(sure, unsure).flatMap { [$0, $1] }, Shape(1, 2, 3, 2))
        func counted(_ perStructure: Bool) -> [[Float]] {
            let found = PseudoTargets(
                p, areExclusive: false, settings(0.95, perStructure: perStructure), in: context)
            return (0..<2).map { found.counted.map($0, ofImage: 0) }
        }
        #expect(counted(false) == [[1, 1, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1]])
        // Means 0.917 and 1, 0.5625 and 0.9375; of them 0.95.
        #expect(counted(true) == [[1, 1, 0, 1, 1, 1], [1, 0, 0, 1, 1, 1]])
    }

    @Test func exclusiveStructuresShowOneEach() {
        let p = tensor([0.4, 0.5, 0.2, 0.1, 0.45, 0.3], Shape(1, 1, 3, 2))
        let target = PseudoTargets.target(of: p, areExclusive: true, in: context)
        #expect(target.values == [0, 1, 0, 0, 1, 0])
        #expect(
            PseudoTargets.target(of: p, areExclusive: false, in: context).values == [
                0, 1, 0, 0, 0, 0,
            ])
    }

    /// Pixels that do not count change neither value nor gradient of a loss of sums, and add 0 to a
    /// mean over pixels.
    @Test(arguments: LossRegistry.names)
    func pixelsThatDoNotCount(name: String) throws {
        var random = RandomSource(seed: 5)
        func map(_ value: () -> Float) -> [Float] { (0..<32).map { _ in value() } }
        let p = map { Float(random.uniform(0.1...0.9)) }
        let y = map { random.uniform() < 0.4 ? 1 : 0 }
        let shape = Shape(1, 4, 8, 1)
        let counted = tensor((0..<32).map { $0 < 16 ? 1 : 0 }, shape)
        let supervision = DeepSupervision(loss: TinyData.loss(name), weights: [])
        func run(
            _ p: [Float], _ y: [Float], _ shape: Shape, counted: Tensor?
        ) throws -> (Double, [Float]) {
            let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
            let input = tape.input(tensor(p, shape))
            let value = try supervision(
                Prediction(sides: [input]), target: tensor(y, shape), counted: counted,
                weight: 2, on: tape)
            tape.backward()
            return (value, input.gradient?.values ?? [])
        }
        let (value, gradient) = try run(p, y, shape, counted: counted)
        #expect(gradient[..<16].allSatisfy { $0 != 0 } && gradient[16...].allSatisfy { $0 == 0 })
        // Whatever stands there.
        let other = try run(p, y.prefix(16) + y.suffix(16).map { 1 - $0 }, shape, counted: counted)
        #expect(other == (value, gradient))
        let half = try run(
            Array(p.prefix(16)), Array(y.prefix(16)), Shape(1, 2, 8, 1), counted: nil)
        switch name {
        case "tv", "dice", "focal-tversky": #expect(abs(value - half.0) < 1e-6)
        case "xe": #expect(abs(value - half.0 / 2) < 1e-6)
        default: break
        }
    }

    /// Against central differences in float64 of the formulas as they are printed.
    @Test(arguments: Consistency.allCases)
    func consistencyAndItsGradient(kind: Consistency) {
        var random = RandomSource(seed: 8)
        let shape = Shape(2, 3, 4, 2)
        let p = (0..<shape.count).map { _ in Float(random.uniform(0.05...0.95)) }
        let q = (0..<shape.count).map { _ in Float(random.uniform(0.05...0.95)) }
        func formula(_ p: [Double]) -> Double {
            var sum = 0.0
            for image in 0..<2 {
                for map in 0..<2 {
                    let places = (0..<12).map { image * 24 + $0 * 2 + map }
                    let pairs = places.map { (p[$0], Double(q[$0])) }
                    switch kind {
                    case .squares:
                        sum += pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 12
                    case .dice:
                        let both = pairs.reduce(0) { $0 + $1.0 * $1.1 }
                        let squares = pairs.reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 }
                        sum += 1 - (2 * both + 1e-5) / (squares + 1e-5)
                    }
                }
            }
            return sum / 4
        }
        let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
        let student = tape.input(tensor(p, shape))
        let value = kind(student, tensor(q, shape), weight: 3, on: tape)
        let exact = p.map(Double.init)
        #expect(abs(value - formula(exact)) < 1e-9)
        let gradient = student.gradient?.values ?? []
        for index in p.indices {
            var (above, below) = (exact, exact)
            above[index] += 1e-5
            below[index] -= 1e-5
            let slope = 3 * (formula(above) - formula(below)) / 2e-5
            #expect(abs(Double(gradient[index]) - slope) < 1e-6)
        }
        let same = Tape(inference: context)
        let agreed = kind(same.constant(tensor(q, shape)), tensor(q, shape), weight: 1, on: same)
        #expect(abs(agreed) < 1e-6)
    }

    @Test func cutMixBoxesHaveTheAreaThatIsSaid() {
        var settings = CutMixSettings()
        let shape = ImageShape(height: 64, width: 96, channels: 1)
        var random = RandomSource(seed: 6)
        for area in [0.1, 0.4] {
            settings.area = area
            let boxes = settings.boxes(100, in: shape, using: &random)
            let areas = boxes.map { Double($0.rows.count * $0.columns.count) / (64 * 96) }
            #expect(areas.allSatisfy { $0 > 0.01 && $0 < area * 1.1 })
            #expect((areas.max() ?? 0) > area * 0.8)
        }
        settings.area = 0
        let none = settings.boxes(3, in: shape, using: &random)
        #expect(none.allSatisfy { $0.rows.isEmpty && $0.columns.isEmpty })
    }
}
