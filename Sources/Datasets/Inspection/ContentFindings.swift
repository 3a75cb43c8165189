import Domain
import Imaging

/// What the pixels of a data set give away.
struct ContentFindings {
    let listing: DatasetListing
    let examples: [InspectedExample]
    /// The extents of the maps that are trained on; nil where nothing is trained.
    let trained: ImageShape?

    /// Everything found, in no order.
    var all: [DatasetFinding] {
        let masks = masks
        return broken + shapes + flat + grays + masks.flatMap(\.all) + copies
            + masks.flatMap(\.equalMasks)
            + StructureFindings(listing: listing, examples: examples).all
    }

    /// What each structure's masks give away.
    private var masks: [MaskFindings] {
        listing.structures.enumerated().map { index, structure in
            MaskFindings(
                structure: structure, isAlone: listing.structures.count == 1, trained: trained,
                masked: examples.filter { index < $0.outcomes.count }.map {
                    .init(id: $0.id, content: $0.content, mask: $0.outcomes[index])
                })
        }
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
        var unread: [ImagingError] = []
        var refused: [(file: String, values: String, reason: String)] = []
        for failure in examples.flatMap(\.failures) {
            if case .notMask(let file, let values, let reason) = failure {
                refused.append((file, values, reason))
            } else if case .unknownLabels = failure {
                continue  // StructureFindings counts them.
            } else {
                unread.append(failure)
            }
        }
        var findings = Self.unread(unread)
        if let first = refused.first {
            let finding = DatasetFinding(
                .error, .severalValues, refused.map(\.file), "mask",
                "of more than two values or colours (such as \(first.values)), expected 0 outside "
                    + "and 255 inside; \(first.reason)")
            if let finding { findings.append(finding) }
        }
        return findings
    }

    /// Files that cannot be read: one finding for all of which the same is said.
    private static func unread(_ failures: [ImagingError]) -> [DatasetFinding] {
        var order: [String] = []
        var files: [String: [String]] = [:]
        for failure in failures {
            let fault = failure.description.replacing(failure.file, with: "")
            if files[fault] == nil { order.append(fault) }
            files[fault, default: []].append(failure.file)
        }
        return order.map { fault in
            let files = files[fault] ?? []
            let text =
                failures.first { $0.file == files.first }?.description ?? fault
            if files.count == 1 { return DatasetFinding(.error, .brokenFile, text, [text]) }
            return DatasetFinding(
                .error, .brokenFile, "\(text); the same of \(files.count) files", files)
        }
    }

    private var flat: [DatasetFinding] {
        [
            DatasetFinding(
                .warning, .flatImage, examples.filter(\.isFlat).map(\.id), "image",
                "of one gray, which shows nothing")
        ].compactMap(\.self)
    }

    private var grays: [DatasetFinding] {
        guard let trained, trained.channels > 1 else { return [] }
        return [
            DatasetFinding(
                .note, .grayImage,
                examples.filter { $0.info.map { !$0.colour.isColoured } ?? false }.map(\.id),
                "image", "without colours: red, green and blue are alike")
        ].compactMap(\.self)
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

    // MARK: Copies

    private var copies: [DatasetFinding] {
        let sets = twins.map { twins in twins.map { examples[$0].id }.joined(separator: " = ") }
        return [
            DatasetFinding(
                .warning, .duplicateContent, sets, "set", "of images with equal content")
        ].compactMap(\.self)
    }
}
