import Domain
import Imaging

/// What the masks of one structure give away.
struct MaskFindings {
    /// An example whose masks can be read.
    struct Item {
        let id: String
        let content: String?
        let mask: InspectedExample.Outcome
    }

    let structure: Structure
    /// Whether no other structure is trained.
    let isAlone: Bool
    /// The extents of the maps that are trained on; nil where nothing is trained.
    let trained: ImageShape?
    let masked: [Item]

    /// Everything but equal masks, in no order.
    var all: [DatasetFinding] { uniformMasks + values + noise + fit + large + lungs }

    private var noun: String { isAlone ? "mask" : "'\(structure.name)' mask" }

    private var uniformMasks: [DatasetFinding] {
        let masked = masked
        let none = masked.filter { $0.mask.files > 0 && $0.mask.emptyFiles == $0.mask.files }
        let full = masked.filter { $0.mask.fraction == 1 || $0.mask.trained == 1 }
        let lost = masked.filter {
            $0.mask.emptyFiles < $0.mask.files
                && (trained == nil ? $0.mask.fraction : $0.mask.trained) == 0
        }
        let size = trained ?? InspectedExample.judged
        let halves = masked.filter {
            $0.mask.emptyFiles > 0 && $0.mask.emptyFiles < $0.mask.files
        }
        func finding(
            _ kind: DatasetFinding.Kind, _ items: [Item], _ fault: String, isSure: Bool = true
        ) -> DatasetFinding? {
            let isAll = isSure && items.count == masked.count
            return DatasetFinding(
                isAll ? .error : .warning, kind, items.map(\.id), noun,
                fault + (isAll && items.count > 1 ? ", which is all there are" : ""))
        }
        return [
            finding(.emptyMask, none, "with nothing inside (empty)"),
            finding(
                .lostMask, lost,
                "empty at \(size.width) x \(size.height) pixels, though not in the file",
                isSure: trained != nil),
            finding(.fullMask, full, "with everything inside (full)"),
            DatasetFinding(
                .warning, .emptyMask, halves.map(\.id), "image",
                "with one of several masks empty"),
        ].compactMap(\.self)
    }

    /// Two values may be noise: those of the other masks tell.
    private var values: [DatasetFinding] {
        func brightness(_ value: MaskValue) -> Double {
            Double(value.gray) / Double(value.maximum)
        }
        var counts: [Double: (count: Int, text: String)] = [:]
        for value in masked.flatMap(\.mask.values) {
            let known = counts[brightness(value)]?.count ?? 0
            counts[brightness(value)] = (known + 1, value.text)
        }
        let usual = counts.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
        guard let usual, counts.count > 1 else { return [] }
        let odd = masked.filter { $0.mask.values.contains { brightness($0) != usual.key } }
        // Masks of 0 and 1 are as good as those of 0 and 255; stray pixels fill next to nothing.
        let isNoise = { (item: Item) in !Self.plausible.contains(item.mask.fraction) }
        func finding(
            _ severity: DatasetFinding.Severity, _ masks: [Item], _ end: String
        ) -> DatasetFinding? {
            let found = Set(masks.flatMap(\.mask.values).map(brightness)).subtracting([usual.key])
            let texts = found.sorted().prefix(4).compactMap { counts[$0]?.text }
            return DatasetFinding(
                severity, .otherValue, masks.map(\.id), noun,
                "with \(texts.joined(separator: ", ")) inside, where most have \(usual.value.text)"
                    + end)
        }
        return [
            finding(.warning, odd.filter(isNoise), ", and nearly empty or full (noise?)"),
            finding(.note, odd.filter { !isNoise($0) }, ""),
        ].compactMap(\.self)
    }

    /// Shares of an image that a drawn mask covers; stray pixels cover less.
    private static let plausible = 0.005...0.995

    private var noise: [DatasetFinding] {
        [
            DatasetFinding(
                .error, .noisyMask, masked.flatMap(\.mask.noisyFiles), noun,
                "of noise, where a drawn one has areas")
        ].compactMap(\.self)
    }

    /// Masks that nearly all cover nearly everything: of lungs, something else is said.
    private var large: [DatasetFinding] {
        let large = masked.filter { (0.9..<1).contains($0.mask.fraction) }
        guard structure.lungs == nil, 2 * large.count > masked.count else { return [] }
        return [
            DatasetFinding(
                .warning, .invertedMask, large.map(\.id), noun,
                "covering more than 90 % of the image (do they show the background?)")
        ].compactMap(\.self)
    }

    private var fit: [DatasetFinding] {
        MaskFitFindings(
            masked.compactMap { item in
                item.mask.sketch.map {
                    .init(id: item.id, sketch: $0, fraction: item.mask.fraction)
                }
            }, isDarkInside: structure.lungs != nil, noun: noun
        ).all
    }

    /// Equal masks of different images.
    var equalMasks: [DatasetFinding] {
        let shown = masked.filter { !$0.mask.digests.isEmpty }
        var byMask: [String: [Item]] = [:]
        for item in shown {
            for digest in Set(item.mask.digests) { byMask[digest, default: []].append(item) }
        }
        let sets = Set(
            byMask.values.filter { Set($0.map(\.content)).count > 1 }.map { $0.map(\.id) })
        if let whole = sets.first, whole.count > 1, whole.count == shown.count {
            return [
                DatasetFinding(
                    .warning, .equalMasks, "all \(whole.count) images have one and the same mask",
                    whole)
            ]
        }
        return [
            DatasetFinding(
                .warning, .equalMasks, sets.map { $0.joined(separator: " = ") }.sorted(), "set",
                "of different images with one and the same mask")
        ].compactMap(\.self)
    }

    // MARK: Lungs

    private var lungs: [DatasetFinding] {
        guard let lungs = structure.lungs else { return [] }
        let least = lungs == .both ? "a tenth" : "3 %"
        let most = lungs == .both ? "45 %" : "30 %"
        func ids(_ isMeant: (InspectedExample.Outcome) -> Bool) -> [String] {
            masked.filter { isMeant($0.mask) }.map(\.id)
        }
        return [
            DatasetFinding(
                .warning, .lungFraction, ids(\.isInverted), noun,
                "showing the background inverted"),
            DatasetFinding(
                .warning, .lungFraction, ids { $0.fault == .small && $0.fraction > 0 }, noun,
                "covering less than \(least) of the image"),
            DatasetFinding(
                .warning, .lungFraction, ids { $0.fault == .large && $0.fraction < 1 }, noun,
                "covering more than \(most) of the image"),
            DatasetFinding(
                .warning, .polarity, ids { $0.isBrightInside == true }, "image",
                "with lungs brighter than what surrounds them (is it inverted?)"),
        ].compactMap(\.self)
    }
}
