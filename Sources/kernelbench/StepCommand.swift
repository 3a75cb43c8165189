internal import ArgumentParser
internal import Foundation
internal import Losses
internal import Models
internal import NN
internal import TensorCore

/// Serves timings of whole training steps and inferences to `benchmarks/compare.py`, which
/// alternates them with PyTorch's. A request is a line with a number: the work is done once
/// untimed, then so many times; the answer is one JSON line with the mean.
struct StepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Time whole training steps or inferences, one a line of standard input.")

    enum Work: String, ExpressibleByArgument, CaseIterable {
        case step
        case appau
        case inference
    }

    @Option(help: "What to time.") var work = Work.step
    @Option(help: "A segmentation network.") var model = "unet"
    @Option(help: "Base width b.") var width = 32
    @Option(help: "Images a step.") var batch = 8
    @Option(help: "Height and width of the images, a multiple of 16.") var image = 128
    @Option(help: "Threads.") var threads = 2
    @Option(help: "Instead of serving, time so many repetitions and print the median.")
    var repeats: Int?

    func validate() throws {
        guard ModelRegistry.find(model) != nil else {
            let known = ModelRegistry.all.map(\.name).joined(separator: ", ")
            throw ValidationError("unknown model '\(model)'; known: \(known)")
        }
        guard width > 0, batch > 0, threads > 0, image > 0, image % 16 == 0 else {
            throw ValidationError(
                "width, batch and threads must be positive, image a multiple of 16")
        }
    }

    func run() throws {
        guard let entry = ModelRegistry.find(model) else { return }
        if work == .appau {
            try ProcedureBench(
                "appau-net", entry, width: width, batch: batch, image: image, threads: threads
            ).serve(repeats: repeats)
            return
        }
        let bench = StepBench(
            entry, width: width, batch: batch, image: image,
            context: ComputeContext(threads: threads))
        func once() { work == .step ? bench.step() : bench.infer() }
        for _ in 0..<3 { once() }
        if let repeats {
            StepReport.print((0..<max(1, repeats)).map { _ in seconds(once) }, bench.context)
            return
        }
        StepReport.ready(bench.context)
        while let count = readLine().flatMap({ Int($0) }), count > 0 {
            once()
            StepReport.answer(seconds { for _ in 0..<count { once() } } / Double(count))
        }
    }

    private func seconds(_ work: () -> Void) -> Double {
        let clock = ContinuousClock()
        let time = clock.measure(work)
        return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    }
}

/// A network with a batch of noise, ready to step.
private struct StepBench {
    let context: ComputeContext
    private let network: any SegmentationNetwork
    private let optimiser: Adam
    private let images: Tensor
    private let targets: [Tensor]
    private let weights: [Float]
    private let loss: any Loss

    init(_ entry: ModelEntry, width: Int, batch: Int, image: Int, context: ComputeContext) {
        self.context = context
        var make = Initialiser(context: context, random: RandomSource(seed: 1))
        network = entry.make(NetworkSettings(width: width), &make)
        optimiser = Adam(network.parameters, learningRate: 1e-3, context: context)
        var random = RandomSource(seed: 2)
        let shape = Shape(batch, image, image, 1)
        images = Tensor(
            (0..<shape.count).map { _ in Float(random.uniform()) }, shape: shape, in: context)
        let weights: [Float] = entry.hasSideOutputs ? [0.1, 0.2, 0.3, 0.4] : [1]
        self.weights = weights
        targets = weights.indices.map { level in
            let side = image >> (weights.count - 1 - level)
            let shape = Shape(batch, side, side, 1)
            return Tensor(
                (0..<shape.count).map { _ in random.uniform() > 0.7 ? 1 : 0 }, shape: shape,
                in: context)
        }
        guard let kltv = LossRegistry.find("kltv") else {
            preconditionFailure("no KLTV loss in the registry")
        }
        loss = kltv.make(LossSettings())
    }

    func step() {
        let tape = Tape(context: context, training: true, random: RandomSource(seed: 3))
        let prediction = network(tape.constant(images), on: tape)
        network.clearGradients()
        for (index, side) in prediction.sides.enumerated() {
            let gradient = Tensor(uninitialised: side.shape, in: context)
            _ = loss(side.value, target: targets[index], gradient: gradient)
            gradient.withUnsafeMutablePointer { pointer in
                for i in 0..<gradient.count { pointer[i] *= weights[index] }
            }
            tape.seed(side, gradient: gradient)
        }
        tape.backward()
        optimiser.step()
    }

    func infer() {
        let tape = Tape(inference: context)
        _ = network(tape.constant(images), on: tape).mask.value
    }
}
