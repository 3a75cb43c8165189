internal import Domain
public import Settings
internal import TensorCore

/// From which confidence on a pixel of a pseudo-label counts.
public struct ConfidenceSettings: SettingGroup {
    /// The threshold, of the probability of what a pixel is said to be.
    public var threshold = 0.95
    /// Whether each side of each structure has a threshold of its own: that share of its mean
    /// confidence.
    public var perStructure = true

    /// FixMatch's threshold.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<ConfidenceSettings> = [
        .number(
            "confidence", \.threshold, 0.5...1, "least confidence of a pixel that counts"),
        .flag(
            "confidence-per-structure", \.perStructure,
            "confidence is a share of each structure's mean confidence"),
    ]
}

/// What a network draws on unlabelled images, as a target for another pass.
struct PseudoTargets {
    /// `[N, H, W, K]`, 0 or 1, or `Tensor.uncounted` in padding.
    let target: Tensor
    /// `[N, H, W, K]`: 1 where the target counts, else 0.
    let counted: Tensor
    /// The share of all pixels but padding that counts, and of those of the foreground; 0 where there
    /// are none.
    let share: (all: Double, foreground: Double)

    /// All of what is drawn.
    ///
    /// - Parameters:
    ///   - probabilities: `[N, H, W, K]`.
    ///   - areExclusive: whether a pixel shows one structure at most.
    static func target(of probabilities: Tensor, areExclusive: Bool, in context: ComputeContext)
        -> Tensor
    {
        let shape = probabilities.shape
        let target = Tensor.zeros(shape, in: context)
        for image in 0..<shape.batch {
            let maps = (0..<shape.channels).map { probabilities.map($0, ofImage: image) }
            let masks = BinaryMask.foreground(maps, areExclusive: areExclusive)
            var values = [Float](repeating: 0, count: target.count / max(1, shape.batch))
            for (structure, mask) in masks.enumerated() {
                for (pixel, value) in mask.enumerated() where value > 0 {
                    values[pixel * shape.channels + structure] = 1
                }
            }
            target.replaceRow(image, with: values)
        }
        return target
    }

    /// What is drawn with confidence: p for a pixel of the foreground, 1 - p for another, is at
    /// least the threshold.
    ///
    /// With a threshold a structure, foreground and background of each map have their own: `threshold`
    /// times the mean confidence of that side over the batch. A structure that the network is unsure
    /// of, as it is of small ones, then keeps its surer pixels, where one threshold for all would
    /// leave of it nothing but background (FreeMatch's thresholds by class, Wang et al. 2023, of one
    /// batch in place of a running mean).
    ///
    /// - Parameter inside: 1 where images are, 0 in padding, as `Batches.inside` says; nil without padding.
    init(
        _ probabilities: Tensor, inside: Tensor? = nil, areExclusive: Bool,
        _ settings: ConfidenceSettings, in context: ComputeContext
    ) {
        let target = Self.target(of: probabilities, areExclusive: areExclusive, in: context)
            .counting(only: inside, in: context)
        let (drawn, values) = (target.values, probabilities.values)
        let maps = target.shape.channels
        func confidence(_ index: Int) -> Double {
            drawn[index] > 0 ? Double(values[index]) : 1 - Double(values[index])
        }
        func side(_ index: Int) -> Int { 2 * (index % maps) + (drawn[index] > 0 ? 1 : 0) }

        var thresholds = [Double](repeating: settings.threshold, count: 2 * maps)
        var counts = [Int](repeating: 0, count: 2 * maps)
        var sums = [Double](repeating: 0, count: 2 * maps)
        for index in values.indices where drawn[index] >= 0 {
            counts[side(index)] += 1
            sums[side(index)] += confidence(index)
        }
        if settings.perStructure {
            for (side, count) in counts.enumerated() where count > 0 {
                thresholds[side] *= sums[side] / Double(count)
            }
        }
        var (all, foreground) = (0, 0)
        var counted = [Float](repeating: 0, count: values.count)
        for index in values.indices
        where drawn[index] >= 0 && confidence(index) >= thresholds[side(index)] {
            counted[index] = 1
            all += 1
            if drawn[index] > 0 { foreground += 1 }
        }
        let drawnPixels = (0..<maps).reduce(0) { $0 + counts[2 * $1 + 1] }
        self.target = target
        self.counted = Tensor(counted, shape: target.shape, in: context)
        share = (
            Double(all) / Double(max(1, counts.reduce(0, +))),
            Double(foreground) / Double(max(1, drawnPixels))
        )
    }
}
