import NN
import Settings
import TensorCore
import Testing

@testable import Models

/// What every network has to keep to, whatever its layers: those of the registries, and two that
/// stand for networks to come.
struct NetworkConformanceTests {
    /// A network under test, with an output that is one tensor.
    struct Subject: Sendable, CustomTestStringConvertible {
        let name: String
        /// Whether it segments, with so many outputs; nil for a classifier.
        let outputs: Int?
        let make: @Sendable (inout Initialiser) -> any Module
        var testDescription: String { name }

        init(_ entry: ModelEntry) {
            name = entry.name
            outputs = entry.hasSideOutputs ? 4 : 1
            make = { entry.make(NetworkSettings(width: 2), &$0) }
        }

        init(_ entry: ClassifierEntry) {
            name = "classifier \(entry.name)"
            outputs = nil
            make = { make in
                var values = SettingValues()
                values[NetworkWidth.self].width = 2
                return entry.make(1, 3, values, &make)
            }
        }

        /// The outputs, coarse to fine; logits of a classifier.
        func run(_ network: any Module, _ images: Tensor, on tape: Tape) -> [Variable] {
            if let segmentor = network as? any SegmentationNetwork {
                return segmentor(tape.constant(images), on: tape).sides
            }
            guard let classifier = network as? any ClassificationNetwork else { return [] }
            return [classifier([tape.constant(images)], on: tape)]
        }
    }

    static let subjects =
        ModelRegistry.all.map { Subject($0) } + ClassifierRegistry.all.map { Subject($0) }
        + [Subject(.bare)]

    private let context = ComputeContext(threads: 1)

    private func network(_ subject: Subject, seed: UInt64 = 1) -> any Module {
        var make = Initialiser(context: context, random: RandomSource(seed: seed))
        let build = subject.make
        return build(&make)
    }

    private func images(_ count: Int, _ height: Int = 32, _ width: Int = 48) -> Tensor {
        var random = RandomSource(seed: 3)
        let shape = Shape(count, height, width, 1)
        return Tensor(
            (0..<shape.count).map { _ in Float(random.uniform()) }, shape: shape, in: context)
    }

    @Test(arguments: subjects)
    func namesOfWeightsAreUniqueAndShapesAreThoseOfTheImage(_ subject: Subject) {
        let network = network(subject)
        let names = network.weights.map(\.name)
        #expect(Set(names).count == names.count && !names.isEmpty)
        let results = subject.run(network, images(2), on: Tape(inference: context))
        #expect(results.count == subject.outputs ?? 1)
        for (level, result) in results.reversed().enumerated() {
            guard subject.outputs != nil else {
                #expect(result.shape.count == 6)
                continue
            }
            #expect(result.shape == Shape(2, 32 >> level, 48 >> level, 1))
            let inside = result.value.values.allSatisfy { $0 >= 0 && $0 <= 1 }
            #expect(inside)
        }
    }

    /// Networks take images of every size, and say something of each pixel of them.
    @Test(arguments: subjects, [(33, 17), (16, 50), (100, 72)])
    func imagesOfEverySizeAreTaken(_ subject: Subject, _ size: (height: Int, width: Int)) {
        let network = network(subject)
        let results = subject.run(
            network, images(2, size.height, size.width), on: Tape(inference: context))
        guard subject.outputs != nil else {
            #expect(results[0].shape.count == 6)
            return
        }
        for (level, result) in results.reversed().enumerated() {
            let stride = 1 << level
            let sides = [size.height, size.width].map { ($0 + stride - 1) / stride }
            #expect(result.shape == Shape(2, sides[0], sides[1], 1))
        }
    }

    @Test(arguments: subjects)
    func theSeedDecidesTheWeights(_ subject: Subject) {
        let weights = [1, 1, 2].map { network(subject, seed: $0).weights.flatMap(\.tensor.values) }
        #expect(weights[0] == weights[1] && weights[0] != weights[2])
    }

    /// In evaluation an image's answer does not depend on what shares its batch.
    @Test(arguments: subjects)
    func anImageIsAnsweredAloneAsInABatch(_ subject: Subject) {
        let network = network(subject)
        let batch = images(3)
        func answer(_ images: Tensor) -> [Float] {
            subject.run(network, images, on: Tape(inference: context)).last?.value.values ?? []
        }
        let together = answer(batch)
        let size = batch.count / 3
        for index in 0..<3 {
            let one = Tensor(
                Array(batch.values[index * size..<(index + 1) * size]), shape: Shape(1, 32, 48, 1),
                in: context)
            let alone = answer(one)
            let share = Array(together[index * alone.count..<(index + 1) * alone.count])
            let worst = zip(alone, share).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 1e-5, "image \(index)")
        }
    }

    /// A wrong gradient is wrong everywhere; kinks of ReLU close to one drawing of the weights are not
    /// close to the next.
    @Test(arguments: subjects, [(32, 32), (27, 38)])
    func gradientsAreThoseOfTheOutput(_ subject: Subject, _ size: (height: Int, width: Int)) {
        let batch = images(2, size.height, size.width)
        var misfits = misfits(subject, batch, seed: 1)
        for seed in 2...4 as ClosedRange<UInt64> where !misfits.isEmpty {
            misfits = self.misfits(subject, batch, seed: seed, among: Set(misfits.keys))
        }
        #expect(misfits.isEmpty)
    }

    /// What is computed again in the backward pass has the same bits: outputs, gradients and running
    /// statistics of two passes on one tape.
    @Test(arguments: subjects)
    func recomputingChangesNoBit(_ subject: Subject) {
        let batches = [images(2, 32, 48), images(3, 32, 48)]
        func run(recomputes: Bool) -> [[Float]] {
            let network = network(subject)
            let tape = Tape(
                context: context, training: true, random: RandomSource(seed: 2),
                recomputes: recomputes)
            let first = subject.run(network, batches[0], on: tape)
            let second = tape.with(.batchAlone) { subject.run(network, batches[1], on: tape) }
            for output in first + second { tape.seed(output, gradient: output.value) }
            tape.backward()
            return (first + second).map(\.value.values) + network.weights.map(\.tensor.values)
                + network.parameters.map(\.gradient.values)
        }
        #expect(run(recomputes: true) == run(recomputes: false))
    }

    /// Compares the gradient of each parameter with central differences along a direction between it
    /// and a random one. One that has no gradient, such as a bias before a normalisation, has no effect
    /// either.
    ///
    /// - Parameter names: of the parameters to look at; nil for all.
    /// - Returns: what does not fit, with the errors at each step.
    private func misfits(
        _ subject: Subject, _ batch: Tensor, seed: UInt64, among names: Set<String>? = nil
    ) -> [String: [Double]] {
        let network = network(subject, seed: seed)
        var random = RandomSource(seed: 9)
        var weights: [[Float]] = []
        func pass() -> (tape: Tape, outputs: [Variable]) {
            let tape = Tape(context: context, training: true, random: RandomSource(seed: 2))
            return (tape, subject.run(network, batch, on: tape))
        }
        func value() -> Double {
            zip(pass().outputs, weights).reduce(0) { sum, pair in
                zip(pair.0.value.values, pair.1).reduce(sum) { $0 + Double($1.0) * Double($1.1) }
            }
        }
        let (tape, outputs) = pass()
        weights = outputs.map { output in
            (0..<output.shape.count).map { _ in Float(random.normal()) }
        }
        for (output, weight) in zip(outputs, weights) {
            tape.seed(output, gradient: Tensor(weight, shape: output.shape, in: context))
        }
        network.clearGradients()
        tape.backward()
        let gradients = network.parameters.map { parameter in
            parameter.hasGradient
                ? parameter.gradient.values.map(Double.init)
                : Array(repeating: 0, count: parameter.value.count)
        }
        func product(_ left: [Double], _ right: [Double]) -> Double {
            zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        }
        func length(_ vector: [Double]) -> Double { product(vector, vector).squareRoot() }
        func unit(_ vector: [Double]) -> [Double] {
            let length = length(vector)
            return vector.map { $0 / length }
        }
        let moved = gradients.filter { length($0) > 0 }.count
        #expect(2 * moved > network.parameters.count)
        var misfits: [String: [Double]] = [:]
        for (parameter, gradient) in zip(network.parameters, gradients)
        where names?.contains(parameter.name) != false {
            let start = parameter.value.values
            let norm = length(gradient)
            var direction = unit(start.map { _ in random.normal() })
            if norm > 0 {
                // The two are no further apart than a right angle: their sum is never zero.
                let sign = product(gradient, direction) < 0 ? -1.0 : 1
                direction = unit(zip(unit(gradient), direction).map { $0 + sign * $1 })
            }
            let analytic = product(gradient, direction)
            // Kinks blur large steps, and rounding small ones: one that fits is enough.
            var errors: [Double] = []
            let fits = [-10, -12, -14, -8, -6].contains { exponent in
                let step = Double(sign: .plus, exponent: exponent, significand: 1)
                func at(_ sign: Double) -> Double {
                    for index in start.indices {
                        let change = Float(sign * step * direction[index])
                        parameter.value[index] = start[index] + change
                    }
                    return value()
                }
                errors.append(abs((at(1) - at(-1)) / (2 * step) - analytic))
                return errors[errors.count - 1] <= 0.05 * norm + 0.02
            }
            for index in start.indices { parameter.value[index] = start[index] }
            if !fits { misfits[parameter.name] = errors }
        }
        return misfits
    }
}

extension ModelEntry {
    /// A network to come: it neither normalises nor has a width.
    fileprivate static let bare = ModelEntry("bare", title: "Bare", citation: "test") {
        BareNetwork($0, using: &$1)
    }
}

/// Two convolutions and a sigmoid, without normalisation.
private final class BareNetwork: SegmentationNetwork {
    private let first: Convolution, output: Convolution

    init(_ settings: NetworkSettings, using make: inout Initialiser) {
        first = Convolution(
            "first", inputChannels: settings.inputChannels, outputChannels: 4, kernelSize: 3,
            using: &make)
        output = Convolution(
            "output", inputChannels: 4, outputChannels: settings.structures, kernelSize: 1,
            using: &make)
    }

    var parameters: [Parameter] { first.parameters + output.parameters }
    var states: [NamedTensor] { first.states + output.states }

    func callAsFunction(_ images: Variable, on tape: Tape) -> Prediction {
        Prediction(sides: [tape.sigmoid(output(first(images, on: tape), on: tape))])
    }
}
