internal import Domain
public import Settings
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

    /// Refuses images that a quarter turn would give another shape: every set has quarter turns.
    static func check(_ shape: ImageShape, for procedure: String) throws {
        guard shape.height != shape.width else { return }
        throw TrainingError.settings(
            reason: "procedure '\(procedure)' turns images by 90 degrees, and these have "
                + "\(shape.width) x \(shape.height) pixels; expected square images, or procedure "
                + "'s2mcl', which turns none")
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

/// Sets of self-supervised transformations by their names in experiment files.
public enum TransformSet: String, Sendable, CaseIterable {
    /// Rotations by 0, 90, 180 and 270 degrees and both flips: six classes.
    case rotationsAndFlips = "rotations-flips"
    /// The four rotations only.
    case rotations
}

/// The settings of self-supervision by transformations.
public struct SurrogateSettings: SettingGroup {
    /// Self-supervised transformations that the classifier must recognise.
    public var transforms = TransformSet.rotationsAndFlips
    /// Whether labelled images and their masks are transformed too. Where they are not, true masks
    /// are upright and most of the others are turned, which tells them apart.
    public var transformsLabelled = false

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<SurrogateSettings> = [
        .choice("transforms", \.transforms, "surrogate classes of self-supervision"),
        .flag(
            "transform-labelled", \.transformsLabelled,
            "labelled images and masks are transformed as well"),
    ]
}
