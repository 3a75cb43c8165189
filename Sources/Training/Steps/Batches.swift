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

    /// The masks of these examples as a critic sees them on the images of others, as many: 0 in the
    /// padding around either.
    func masks(_ indices: [Int], shownOn images: [Int]) -> Tensor {
        [indices, images].reduce(masks(indices)) { masks, part in
            inside(part).map { masks.multiplied(by: $0, in: context) } ?? masks
        }
    }

    /// Their masks as targets of a loss: `Tensor.uncounted` where there is padding.
    func targets(_ indices: [Int]) -> Tensor {
        masks(indices).counting(only: inside(indices), in: context)
    }

    /// `[N, H, W, K]`, 1 where these images are and 0 in the padding around them; nil where nothing is
    /// padded.
    func inside(_ indices: [Int]) -> Tensor? {
        let placements = indices.map(dataset.placement)
        guard placements.contains(where: \.isPadded) else { return nil }
        let maps = dataset.structures.count
        let result = Tensor.zeros(
            Shape(batch: indices.count, dataset.shape, maps: maps), in: context)
        for (row, placement) in placements.enumerated() {
            let ones = [Float](repeating: 1, count: placement.visible.pixels * maps)
            result.replaceRow(row, with: placement.put(ones, channels: maps, padding: 0))
        }
        return result
    }

    /// The same of two batches that may become one: of both, or of none.
    func inside(labelled: [Int], unlabelled: [Int]) -> (labelled: Tensor?, unlabelled: Tensor?) {
        guard let all = inside(labelled + unlabelled) else { return (nil, nil) }
        func part(_ range: Range<Int>) -> Tensor { all.picking(Array(range), in: context) }
        return (
            part(0..<labelled.count), part(labelled.count..<labelled.count + unlabelled.count)
        )
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
