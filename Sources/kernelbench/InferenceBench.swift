internal import Models
internal import NN
internal import TensorCore

/// Times a segmentation network's masks of a batch of noise.
struct InferenceBench {
    private let context: ComputeContext
    private let network: any SegmentationNetwork
    private let images: Tensor

    init(_ entry: ModelEntry, width: Int, batch: Int, image: Int, context: ComputeContext) {
        self.context = context
        var make = Initialiser(context: context, random: RandomSource(seed: 1))
        network = entry.make(NetworkSettings(width: width), &make)
        var random = RandomSource(seed: 2)
        let shape = Shape(batch, image, image, 1)
        images = Tensor(
            (0..<shape.count).map { _ in Float(random.uniform()) }, shape: shape, in: context)
    }

    /// Answers requests as `StepCommand` describes them, or prints the median of `repeats` rounds.
    func serve(repeats: Int?) {
        for _ in 0..<3 { infer() }
        if let repeats {
            StepReport.print((0..<max(1, repeats)).map { _ in seconds(infer) }, context)
            return
        }
        StepReport.ready(context)
        while let count = readLine().flatMap({ Int($0) }), count > 0 {
            infer()
            StepReport.answer(
                seconds { for _ in 0..<count { infer() } } / Double(count), context)
        }
    }

    private func infer() {
        let tape = Tape(inference: context)
        _ = network(tape.constant(images), on: tape).mask.value
    }

    private func seconds(_ work: () -> Void) -> Double {
        ContinuousClock().measure(work) / .seconds(1)
    }
}
