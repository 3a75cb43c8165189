internal import TensorCore

/// A self-supervised transformation of a square image; its index is the surrogate class (P2).
enum Surrogate: Int, CaseIterable {
    case rotation0, rotation90, rotation180, rotation270, flipHorizontal, flipVertical

    /// The classes of a setting, in index order.
    static func classes(of set: TransformSet) -> [Surrogate] {
        switch set {
        case .rotationsAndFlips: allCases
        case .rotations: [.rotation0, .rotation90, .rotation180, .rotation270]
        }
    }

    /// Where pixel (row, column) of the result comes from; rotations go counter-clockwise.
    private func source(_ row: Int, _ column: Int, last: Int) -> (row: Int, column: Int) {
        switch self {
        case .rotation0: (row, column)
        case .rotation90: (column, last - row)
        case .rotation180: (last - row, last - column)
        case .rotation270: (last - column, row)
        case .flipHorizontal: (row, last - column)
        case .flipVertical: (last - row, column)
        }
    }

    /// Each image of `[N, S, S, C]` under its own transformation.
    static func apply(_ transforms: [Surrogate], to images: Tensor, in context: ComputeContext)
        -> Tensor
    {
        let side = images.shape.height
        precondition(transforms.count == images.shape.batch && side == images.shape.width)
        return images.rearranged(height: side, width: side, in: context) { image, row, column in
            transforms[image].source(row, column, last: side - 1)
        }
    }
}
