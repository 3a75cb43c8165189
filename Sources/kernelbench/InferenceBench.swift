internal import ArgumentParser
internal import Foundation
internal import Models
internal import NN
internal import TensorCore

/// Times a segmentation network's masks of a batch of images.
struct InferenceBench {
    private let context: ComputeContext
    private let network: any SegmentationNetwork
    private let images: Tensor

    /// - Parameter state: a file with the tensors `images`, `[N, H, W, 1]`, and `weights/NAME`; nil for
    ///   noise and fresh weights.
    init(
        _ entry: ModelEntry, width: Int, batch: Int, image: Int, structures: Int, state: URL?,
        context: ComputeContext
    ) throws {
        self.context = context
        var make = Initialiser(context: context, random: RandomSource(seed: 1))
        network = entry.make(NetworkSettings(structures: structures, width: width), &make)
        let shape = Shape(batch, image, image, 1)
        guard let state else {
            var random = RandomSource(seed: 2)
            images = Tensor(
                (0..<shape.count).map { _ in Float(random.uniform()) }, shape: shape, in: context)
            return
        }
        let tensors = Dictionary(
            try Safetensors.read(from: state, in: context).tensors.map { ($0.name, $0.tensor) },
            uniquingKeysWith: { first, _ in first })
        func tensor(_ name: String, _ shape: Shape) throws -> Tensor {
            guard let tensor = tensors[name], tensor.shape == shape else {
                throw ValidationError("\(state.path) has no '\(name)' of the shape \(shape)")
            }
            return tensor
        }
        images = try tensor("images", shape)
        for weight in network.weights {
            weight.tensor.copy(from: try tensor("weights/\(weight.name)", weight.tensor.shape))
        }
    }

    /// Writes the probabilities, `[N, H, W, K]`, as the tensor `masks`.
    func write(to file: URL) throws {
        try Safetensors.write(
            [NamedTensor(name: "masks", tensor: infer())], metadata: [:], to: file)
    }

    /// Answers requests as `StepCommand` describes them, or prints the median of `repeats` rounds.
    func serve(repeats: Int?) {
        for _ in 0..<3 { infer() }
        if let repeats {
            StepReport.print((0..<max(1, repeats)).map { _ in seconds { infer() } }, context)
            return
        }
        StepReport.ready(context)
        while let count = readLine().flatMap({ Int($0) }), count > 0 {
            infer()
            StepReport.answer(
                seconds { for _ in 0..<count { infer() } } / Double(count), context)
        }
    }

    @discardableResult
    private func infer() -> Tensor {
        let tape = Tape(inference: context)
        return network(tape.constant(images), on: tape).mask.value
    }

    private func seconds(_ work: () -> Void) -> Double {
        ContinuousClock().measure(work) / .seconds(1)
    }
}
