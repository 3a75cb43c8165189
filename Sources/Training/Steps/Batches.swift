internal import Datasets
internal import Domain
internal import TensorCore

/// Copies images and masks of a data set into tensors.
struct Batches {
    let dataset: Dataset
    let context: ComputeContext

    /// The images of these examples, `[N, H, W, C]`.
    func images(_ indices: [Int]) -> Tensor {
        Tensor(
            rows: indices, of: dataset.images, shape: Shape(batch: indices.count, dataset.shape),
            in: context)
    }

    /// The masks of these examples, `[N, H, W, K]`, 0 or 1; zero where there is none.
    func masks(_ indices: [Int]) -> Tensor {
        Tensor(
            rows: indices, of: dataset.masks,
            shape: Shape(
                batch: indices.count, dataset.shape, maps: dataset.structures.count), in: context)
    }

    /// Cuts indices into batches of at most `size`; the last may be smaller.
    static func cut(_ indices: [Int], size: Int) -> [[Int]] {
        stride(from: 0, to: indices.count, by: size).map {
            Array(indices[$0..<min($0 + size, indices.count)])
        }
    }

    /// The same indices in the order of one pass, which only the seed, the name and the number of
    /// the pass decide.
    static func shuffled(_ indices: [Int], seed: UInt64, stream: String, pass: Int) -> [Int] {
        var order = indices
        var random = RandomSource(seed: seed, stream: "\(stream)/\(pass)")
        random.shuffle(&order)
        return order
    }

    /// `count` indices from position `start` of an endless sequence of shuffled passes.
    static func cycled(
        _ indices: [Int], from start: Int, count: Int, seed: UInt64, stream: String
    ) -> [Int] {
        var result: [Int] = []
        var pass = -1
        var order: [Int] = []
        for position in start..<start + count {
            if position / indices.count != pass {
                pass = position / indices.count
                order = shuffled(indices, seed: seed, stream: stream, pass: pass)
            }
            result.append(order[position % indices.count])
        }
        return result
    }
}
