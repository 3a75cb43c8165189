import Domain
import Imaging

/// What the pixels of a data set give away.
struct ContentFindings {
    let listing: DatasetListing
    let examples: [InspectedExample]
    /// The extents to which masks were reduced.
    let shape: ImageShape

    /// Everything found, in no order.
    var all: [DatasetFinding] {
        broken + shapes + uniformMasks + values + noise + fit + lungs + copies + equalMasks
    }

    /// Sets of examples that show the same, by index.
    var twins: [[Int]] {
        var byContent: [String: [Int]] = [:]
        for (index, example) in examples.enumerated() {
            if let content = example.content { byContent[content, default: []].append(index) }
        }
        return byContent.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }

    // MARK: Files

    private var broken: [DatasetFinding] {
        var findings: [DatasetFinding] = []
        var refused: [(file: String, values: String, reason: String)] = []
        for failure in examples.flatMap(\.failures) {
            if case .notMask(let file, let values, let reason) = failure {
                refused.append((file, values, reason))
            } else {
                let text = failure.description
                findings.append(DatasetFinding(.error, .brokenFile, text, [text]))
            }
        }
        if let first = refused.first {
            let finding = DatasetFinding(
                .error, .severalValues, refused.map(\.file), "mask",
                "of more than two values or colours (such as \(first.values)), expected 0 outside "
                    + "and 255 inside; \(first.reason)")
            if let finding { findings.append(finding) }
        }
        return findings
    }

    private var shapes: [DatasetFinding] {
        let others = examples.filter { !$0.otherShapes.isEmpty }
        guard let first = others.first?.otherShapes.first else { return [] }
        return [
            DatasetFinding(
                .error, .sizeMismatch, others.map(\.id), "mask",
                "of another shape than the image (\(first))")
        ].compactMap(\.self)
    }

    // MARK: Masks

    private var masked: [(id: String, mask: InspectedExample.Outcome)] {
        examples.compactMap { example in example.outcome.map { (example.id, $0) } }
    }

    private var uniformMasks: [DatasetFinding] {
        let masked = masked
        let none = masked.filter { $0.mask.fraction == 0 }
        let full = masked.filter { $0.mask.fraction == 1 }
        let lost = none.filter { $0.mask.emptyFiles < $0.mask.files }.map(\.id)
        let halves = masked.filter {
            $0.mask.emptyFiles > 0 && $0.mask.emptyFiles < $0.mask.files
        }
        func finding(
            _ kind: DatasetFinding.Kind, _ items: [String], _ fault: String
        ) -> DatasetFinding? {
            let isAll = items.count == masked.count
            return DatasetFinding(
                isAll ? .error : .warning, kind, items, "mask",
                fault + (isAll && items.count > 1 ? ", which is all there are" : ""))
        }
        return [
            finding(
                .emptyMask, none.filter { $0.mask.emptyFiles == $0.mask.files }.map(\.id),
                "with nothing inside (empty)"),
            finding(
                .emptyMask, lost,
                "empty at \(shape.width) x \(shape.height) pixels, though not in the file"),
            finding(.fullMask, full.map(\.id), "with everything inside (full)"),
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
        let isNoise = { (id: String, mask: InspectedExample.Outcome) in
            !Self.plausible.contains(mask.fraction)
        }
        func finding(
            _ severity: DatasetFinding.Severity,
            _ masks: [(id: String, mask: InspectedExample.Outcome)],
            _ end: String
        ) -> DatasetFinding? {
            let found = Set(masks.flatMap(\.mask.values).map(brightness)).subtracting([usual.key])
            let texts = found.sorted().prefix(4).compactMap { counts[$0]?.text }
            return DatasetFinding(
                severity, .otherValue, masks.map(\.id), "mask",
                "with \(texts.joined(separator: ", ")) inside, where most have \(usual.value.text)"
                    + end)
        }
        return [
            finding(.warning, odd.filter(isNoise), ", and nearly empty or full (noise?)"),
            finding(.note, odd.filter { !isNoise($0, $1) }, ""),
        ].compactMap(\.self)
    }

    /// Shares of an image that a drawn mask covers; stray pixels cover less.
    private static let plausible = 0.005...0.995

    private var noise: [DatasetFinding] {
        [
            DatasetFinding(
                .error, .noisyMask, masked.flatMap(\.mask.noisyFiles), "mask",
                "of noise, where a drawn one has areas")
        ].compactMap(\.self)
    }

    private var fit: [DatasetFinding] {
        MaskFitFindings(
            masked.compactMap { id, mask in
                mask.sketch.map { .init(id: id, sketch: $0, fraction: mask.fraction) }
            }, isDarkInside: listing.showsLungs
        ).all
    }

    /// Equal masks of different images, where that is not how the set is.
    private var equalMasks: [DatasetFinding] {
        let shown = examples.filter { $0.outcome?.digests.isEmpty == false }
        var byMask: [String: [InspectedExample]] = [:]
        for example in shown {
            for digest in Set(example.outcome?.digests ?? []) {
                byMask[digest, default: []].append(example)
            }
        }
        let sets = Set(
            byMask.values.filter { Set($0.map(\.content)).count > 1 }.map { $0.map(\.id) })
        let concerned = Set(sets.flatMap(\.self))
        guard 2 * concerned.count <= shown.count else { return [] }
        return [
            DatasetFinding(
                .warning, .equalMasks, sets.map { $0.joined(separator: " = ") }.sorted(), "set",
                "of different images with one and the same mask")
        ].compactMap(\.self)
    }

    // MARK: Lungs

    private var lungs: [DatasetFinding] {
        guard listing.showsLungs else { return [] }
        func ids(_ isMeant: (InspectedExample.Outcome) -> Bool) -> [String] {
            masked.filter { isMeant($0.mask) }.map(\.id)
        }
        return [
            DatasetFinding(
                .warning, .lungFraction, ids(\.isInverted), "mask",
                "showing the background inverted"),
            DatasetFinding(
                .warning, .lungFraction, ids { $0.fault == .small && $0.fraction > 0 }, "mask",
                "covering less than a tenth of the image"),
            DatasetFinding(
                .warning, .lungFraction, ids { $0.fault == .large && $0.fraction < 1 }, "mask",
                "covering more than 45 % of the image"),
            DatasetFinding(
                .warning, .polarity, ids { $0.isBrightInside == true }, "image",
                "with lungs brighter than what surrounds them (is it inverted?)"),
        ].compactMap(\.self)
    }

    // MARK: Copies

    private var copies: [DatasetFinding] {
        let sets = twins.map { twins in twins.map { examples[$0].id }.joined(separator: " = ") }
        return [
            DatasetFinding(
                .warning, .duplicateContent, sets, "set", "of images with equal content")
        ].compactMap(\.self)
    }
}
