/// Whether masks lie on the images that they were drawn for, and as they lie in the other masks.
///
/// What distinguishes an image from the mean image agrees with what distinguishes its own mask from
/// the mean mask, bright or dark as the structure is, and with no other image's mask. Where masks
/// of the neighbours, or turned masks, agree far better, they are not the images' own. Thresholds
/// leave every release and every drawing in peace.
struct MaskFitFindings {
    /// What is known of a masked example.
    struct Item {
        let id: String
        let sketch: MaskSketch
        let fraction: Double
    }

    private let items: [Item]
    private let images: [[Float]]
    private let masks: [[Float]]
    private let meanMask: [Float]
    private let own: [Double]
    private let isDarkInside: Bool
    private let noun: String

    /// Sets of fewer examples say nothing.
    private static let least = 12
    /// Examples in a row that are judged together.
    private static let window = 16

    /// - Parameters:
    ///   - items: in the data set's order.
    ///   - isDarkInside: whether masks are known to show what is dark in the image, as lungs are;
    ///     else the images tell which it is.
    ///   - noun: what a mask is called in findings.
    init(_ items: [Item], isDarkInside: Bool, noun: String = "mask") {
        self.items = items
        self.noun = noun
        self.isDarkInside = isDarkInside
        let meanImage = MaskSketch.mean(items.map(\.sketch.image))
        let meanMask = MaskSketch.mean(items.map(\.sketch.mask))
        func rest(_ vector: [Float], _ mean: [Float]) -> [Float] {
            MaskSketch.centred(zip(vector, mean).map(-)) ?? vector.map { _ in 0 }
        }
        images = items.map { rest($0.sketch.image, meanImage) }
        masks = items.map { rest($0.sketch.mask, meanMask) }
        self.meanMask = meanMask
        own = zip(images, masks).map(MaskSketch.product)
    }

    /// Everything found.
    var all: [DatasetFinding] {
        let inverted = inverted
        // Between masks of both kinds nothing else can be told.
        if !inverted.isEmpty || items.count < Self.least { return inverted }
        let others = turnedTogether + neighbours
        return others.isEmpty ? turnedAlone : others
    }

    // MARK: Inside and outside

    /// Masks that cover what the others leave out.
    private var inverted: [DatasetFinding] {
        let outside = items.filter { $0.fraction > 0.5 && $0.sketch.border >= 0.9 }
        let inside = items.filter { $0.fraction < 0.5 && $0.sketch.border <= 0.25 }
        guard !inside.isEmpty, 10 * (outside.count + inside.count) >= 9 * items.count else {
            return []
        }
        let usual = MaskSketch.centred(MaskSketch.mean(inside.map(\.sketch.mask))) ?? []
        let isSure = outside.contains {
            !usual.isEmpty && MaskSketch.product($0.sketch.mask, usual) <= -0.3
        }
        // Where one is inverted, so are others that cover what the masks of the foreground leave out.
        let found = outside.filter { item in
            !usual.isEmpty && MaskSketch.product(item.sketch.mask, usual) <= -0.3
                || Self.leaves(item.fraction, as: inside.map(\.fraction))
        }
        return [
            DatasetFinding(
                isSure ? .error : .warning, .invertedMask, found.map(\.id), noun,
                "showing the background, where others show the foreground"
                    + (isSure ? "" : ", by the share that they cover"))
        ].compactMap(\.self)
    }

    /// Whether what a mask leaves out is of the size that other masks cover, of which none covers
    /// near half of the image.
    private static func leaves(_ fraction: Double, as others: [Double]) -> Bool {
        guard let least = others.min(), let most = others.max(), most <= 0.35 else { return false }
        return (least / 2...most * 2).contains(1 - fraction) && fraction >= 0.65
    }

    // MARK: Turned

    /// All masks turned alike.
    private var turnedTogether: [DatasetFinding] {
        let found = MaskTurn.allCases.map { turn in
            let move = turn.turn
            let others = zip(images, masks).map { MaskSketch.product($0, move($1)) }
            return (turn: turn, gain: Self.gain(of: others, over: own))
        }.max { $0.gain < $1.gain }
        guard let found, found.gain > 0 else { return [] }
        return [
            DatasetFinding(
                .error, .turnedMask, items.map(\.id), noun,
                "that would fit the images far better \(found.turn.rawValue)")
        ].compactMap(\.self)
    }

    /// Single masks that lie otherwise than the others do, and fit their image better as those do.
    private var turnedAlone: [DatasetFinding] {
        let fits = items.map { MaskSketch.product($0.sketch.image, $0.sketch.mask) }
        let mean = fits.reduce(0, +) / Double(fits.count)
        // A faint structure beside brighter ones fits these as well as itself.
        guard isDarkInside || abs(mean) >= 0.2, let usual = MaskSketch.centred(meanMask) else {
            return []
        }
        let sign = isDarkInside || mean < 0 ? -1.0 : 1.0
        let turns = MaskTurn.allCases.map(\.turn)
        // Hearts vary more than lungs do: one of 247 true ones gains 0.08.
        let least = isDarkInside ? 0.05 : 0.12
        var found: [Int] = []
        // So many turned masks that the mean mask is no guide: the images are, where many agree.
        var many: [Int] = []
        for index in items.indices {
            let sketch = items[index].sketch
            let gains = turns.map { turn in
                let turned = turn(sketch.mask)
                return (
                    likeOthers: MaskSketch.product(turned, usual)
                        - MaskSketch.product(sketch.mask, usual),
                    onImage: sign * (MaskSketch.product(sketch.image, turned) - fits[index])
                )
            }
            if gains.contains(where: { $0.likeOthers > 0.25 && $0.onImage > least }) {
                found.append(index)
            }
            if gains.contains(where: { $0.onImage > 0.3 }) { many.append(index) }
        }
        if found.isEmpty, 8 * many.count >= items.count {
            let rest = items.indices.filter { !many.contains($0) }.map { sign * fits[$0] }
            let fit = rest.reduce(0, +) / Double(max(1, rest.count))
            if isDarkInside || fit >= 0.3 { found = many }
        }
        return [
            DatasetFinding(
                .error, .turnedMask, found.map { items[$0].id }, noun,
                "turned or transposed against its image")
        ].compactMap(\.self)
    }

    // MARK: Neighbours

    /// Masks of the image before or behind, in the order of names.
    private var neighbours: [DatasetFinding] {
        for (offset, word) in [(-1, "before"), (1, "behind")] {
            let places = items.indices.filter { items.indices.contains($0 + offset) }
            let others = places.map { MaskSketch.product(images[$0], masks[$0 + offset]) }
            let here = places.map { own[$0] }
            var found: Set<Int> = []
            let starts = Array(stride(from: 0, through: max(0, places.count - Self.window), by: 8))
            for start in starts {
                let end = start == starts.last ? places.count : start + Self.window
                if Self.gain(of: others[start..<end], over: here[start..<end]) > 0 {
                    found.formUnion(places[start..<end])
                }
            }
            let ids = found.sorted().map { items[$0].id }
            // Named after where the mask belongs.
            if let finding = DatasetFinding(
                .error, .otherImagesMask, ids, "image",
                "whose mask fits far worse than that of the image \(word) (are masks shifted?)")
            {
                return [finding]
            }
        }
        return []
    }

    /// By how much the agreement of `others` is above that of `own`, bright or dark; 0 where that
    /// may be chance.
    private static func gain(
        of others: some Collection<Double>, over own: some Collection<Double>
    ) -> Double {
        let count = Double(own.count)
        let (mean, before) = (others.reduce(0, +) / count, own.reduce(0, +) / count)
        let gain = abs(mean) - abs(before)
        guard own.count >= 8, abs(mean) >= 0.2, gain >= 0.15 else { return 0 }
        let sign = mean < 0 ? -1.0 : 1.0
        let differences = zip(others, own).map { sign * ($0 - $1) }
        let middle = differences.reduce(0, +) / count
        let spread = differences.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / (count - 1)
        return middle / max((spread / count).squareRoot(), 1e-9) >= 5 ? gain : 0
    }
}
