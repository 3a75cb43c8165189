internal import Domain
internal import TensorCore

/// Wrong masks of labelled images that a critic is shown as predicted ones, by names in experiment
/// files. Where true masks come with labelled images and predicted ones with all, the image gives the
/// answer away; beside its true mask a labelled image with a wrong one does not.
public enum CriticNegatives: String, Sendable, CaseIterable {
    /// No such pairs, as in P1 and P2.
    case none
    /// The true mask, moved by a sixteenth to a quarter of the side in both directions.
    case shifted
    /// The true mask without its outermost pixels, a thirty-second of the side at most.
    case eroded
    /// The true mask of the next image of the batch; of a batch of one, the shifted mask.
    case foreign
    /// An empty mask.
    case empty
    /// One of the four for each image, drawn anew.
    case mixed

    private static let single: [CriticNegatives] = [.shifted, .eroded, .foreign, .empty]

    /// Wrong masks in place of true ones, `[N, H, W, K]` each; nil where there are none.
    func wrong(_ masks: Tensor, using random: inout RandomSource, in context: ComputeContext)
        -> Tensor?
    {
        if self == .none { return nil }
        let shape = masks.shape
        let result = Tensor.zeros(shape, in: context)
        for image in 0..<shape.batch {
            let drawn = Self.single[random.integer(below: Self.single.count)]
            let kind = self == .mixed ? drawn : self
            let isForeign = kind == .foreign && shape.batch > 1
            let source = isForeign ? (image + 1) % shape.batch : image
            let change = Change(shape, using: &random)
            let maps = (0..<shape.channels).map { structure in
                let mask = BinaryMask(
                    BinaryMask.foreground(masks.map(structure, ofImage: source)),
                    height: shape.height, width: shape.width)
                switch kind {
                case .eroded: return mask.eroded(by: change.erosion)
                case .foreign where isForeign: return mask
                case .empty:
                    return BinaryMask(
                        mask.pixels.map { _ in 0 }, height: shape.height, width: shape.width)
                default: return mask.shifted(rows: change.rows, columns: change.columns)
                }
            }
            result.replaceRow(
                image,
                with: (0..<shape.height * shape.width).flatMap { pixel in
                    maps.map { Float($0.pixels[pixel]) }
                })
        }
        return result
    }

    /// How much an image's masks are changed, all of them alike.
    private struct Change {
        let rows: Int, columns: Int, erosion: Int

        init(_ shape: Shape, using random: inout RandomSource) {
            func shift(_ side: Int) -> Int {
                let (least, most) = (max(1, side / 16), max(1, side / 4))
                let length = least + random.integer(below: most - least + 1)
                return random.integer(below: 2) == 0 ? length : -length
            }
            rows = shift(shape.height)
            columns = shift(shape.width)
            erosion = 1 + random.integer(below: max(1, shape.height / 32))
        }
    }
}
