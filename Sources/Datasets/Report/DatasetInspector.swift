import Foundation
import Hashing
import Imaging

extension DatasetEntry {
    /// Reads every file of the dataset and reports on it; files that cannot be decoded are
    /// findings, not errors. Nil for datasets that have no files.
    public func check(
        _ root: DataRoot, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(DatasetError) -> DatasetReport? {
        guard let list else { return nil }
        return try DatasetInspector(listing: list(root)).report(progress: progress)
    }
}

/// Reads every file of a listing and collects what is wrong or odd.
struct DatasetInspector {
    let listing: DatasetListing

    /// Side at which mask fractions are measured.
    private static let side = 128

    /// What one example's files say.
    private struct Inspection: Sendable {
        var image: ImageInfo?
        var masks: [ImageInfo] = []
        var fraction: Double?
        var fault: LungMaskFault?
        var digest: String?
        var failures: [String] = []
    }

    func report(
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) throws(DatasetError) -> DatasetReport {
        let sources = listing.sources
        guard !sources.isEmpty else {
            throw .noImages(dataset: listing.dataset, folder: listing.folder.path)
        }
        let counter = SharedCounter()
        let inspections = parallelMap(sources.count) { index in
            let inspection = Self.inspect(sources[index])
            progress?(counter.advance(), sources.count)
            return inspection
        }
        let fractions = inspections.compactMap(\.fraction)
        let patients = Set(sources.compactMap(\.patient))
        let findings = findings(inspections)
        let options = LoadOptions(unmasked: .include)
        return DatasetReport(
            dataset: listing.dataset, folder: listing.folder.path, images: sources.count,
            masked: sources.count(where: \.isMasked),
            maskFiles: sources.reduce(0) { $0 + $1.masks.count }, classes: classes(),
            sizes: Self.counted(
                inspections.compactMap { $0.image.map { "\($0.width) x \($0.height)" } }),
            pixels: Self.counted(inspections.compactMap { $0.image.map(\.pixelKind) }),
            maskFraction: fractions.isEmpty
                ? nil
                : DatasetReport.Spread(
                    least: fractions.min() ?? 0,
                    mean: fractions.reduce(0, +) / Double(fractions.count),
                    greatest: fractions.max() ?? 0),
            patients: patients.isEmpty ? nil : patients.count,
            fingerprint: try? DatasetLoader(listing: listing, options: options).fingerprint(),
            findings: findings)
    }

    private static func inspect(_ source: ExampleSource) -> Inspection {
        var inspection = Inspection()
        do throws(ImagingError) {
            let bytes = try ImageFile.bytes(of: source.image)
            inspection.digest = SHA256.hex(of: bytes)
            inspection.image = try ImageFile.reduce(
                bytes, name: source.image.path, width: side, height: side
            ).info
        } catch {
            inspection.failures.append(error.description)
        }
        var coverage = [Float](repeating: 0, count: side * side)
        for file in source.masks {
            do throws(ImagingError) {
                let reduced = try ImageFile.reduce(
                    try ImageFile.bytes(of: file), name: file.path, width: side, height: side)
                inspection.masks.append(reduced.info)
                let part = reduced.coverage
                for i in coverage.indices { coverage[i] += part[i] }
            } catch {
                inspection.failures.append(error.description)
            }
        }
        guard source.isMasked, inspection.masks.count == source.masks.count else {
            return inspection
        }
        var mask = coverage.map { UInt8($0 >= 0.5 ? 1 : 0) }
        inspection.fraction = Double(mask.reduce(0) { $0 + Int($1) }) / Double(mask.count)
        inspection.fault = LungMaskFault.correct(&mask)
        return inspection
    }

    // MARK: Counts

    private func classes() -> [DatasetReport.ClassCount] {
        var counts = listing.classNames.indices.map { index in
            let members = listing.sources.filter { $0.classIndex == index }
            return DatasetReport.ClassCount(
                name: listing.classNames[index], images: members.count,
                masked: members.count(where: \.isMasked))
        }
        let bare = listing.sources.filter { $0.classIndex == nil }
        if !bare.isEmpty {
            counts.append(
                DatasetReport.ClassCount(
                    name: "(none)", images: bare.count, masked: bare.count(where: \.isMasked)))
        }
        return counts
    }

    private static func counted(_ names: [String]) -> [DatasetReport.Count] {
        Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
            .map { DatasetReport.Count(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    // MARK: Findings

    private func findings(_ inspections: [Inspection]) -> [DatasetReport.Finding] {
        var findings: [DatasetReport.Finding] = []
        func find(
            _ severity: DatasetReport.Severity, _ kind: DatasetReport.Kind, _ items: [String],
            _ text: String
        ) {
            guard !items.isEmpty else { return }
            findings.append(
                DatasetReport.Finding(
                    severity: severity, kind: kind, text: "\(items.count) \(text)", items: items))
        }
        let sources = listing.sources
        let pairs = Array(zip(sources, inspections))
        for failure in inspections.flatMap(\.failures) {
            findings.append(
                DatasetReport.Finding(
                    severity: .error, kind: .brokenFile, text: failure, items: [failure]))
        }
        let bare = sources.filter { !$0.isMasked }.map(\.id)
        find(
            listing.requiresMasks || bare.count == sources.count ? .error : .note, .missingMask,
            bare, "images without a mask (expected \(listing.maskPlace))")
        find(.error, .extraMask, listing.orphanMasks.map(\.path), "masks without an image")
        let twins = zip(sources, sources.dropFirst()).filter { $0.id == $1.id }.map { $0.0.id }
        find(.error, .duplicateName, twins, "names that stand for several files")
        find(
            .warning, .sizeMismatch, pairs.filter { Self.differs($1) }.map(\.0.id),
            "masks whose shape differs from their image's")
        if listing.showsLungs {
            func faulty(_ fault: LungMaskFault) -> [String] {
                pairs.filter { $1.fault == fault }.map(\.0.id)
            }
            find(
                .warning, .lungFraction, faulty(.inverted),
                "masks that show the background (inverted when loaded)")
            find(
                .warning, .lungFraction, faulty(.small),
                "masks that cover less than a tenth of the image")
            find(
                .warning, .lungFraction, faulty(.large),
                "masks that cover more than 45 % of the image")
        }
        var byDigest: [String: [String]] = [:]
        for (source, inspection) in pairs {
            if let digest = inspection.digest { byDigest[digest, default: []].append(source.id) }
        }
        let copies = byDigest.values.filter { $0.count > 1 }.map { $0.joined(separator: " = ") }
        find(.warning, .duplicateContent, copies.sorted(), "sets of images with equal content")
        find(.error, .patientInTwoSplits, straddlingPatients(), "patients in more than one split")
        if !listing.classNames.isEmpty {
            find(
                .note, .missingClass, sources.filter { $0.classIndex == nil }.map(\.id),
                "images without a class")
        }
        let order = DatasetReport.Severity.allCases
        return order.flatMap { severity in findings.filter { $0.severity == severity } }
    }

    /// True when a mask's aspect differs from its image's by more than one pixel's worth; SCR
    /// masks have half the side of their images, which is no fault.
    private static func differs(_ inspection: Inspection) -> Bool {
        guard let image = inspection.image else { return false }
        return inspection.masks.contains { mask in
            abs(image.width * mask.height - image.height * mask.width)
                > max(image.width, image.height)
        }
    }

    private func straddlingPatients() -> [String] {
        var parts: [String: Set<DataSplit.Part>] = [:]
        for source in listing.sources {
            guard let patient = source.patient, let part = source.assignedSplit else { continue }
            parts[patient, default: []].insert(part)
        }
        return parts.filter { $0.value.count > 1 }.map(\.key).sorted()
    }
}

extension ImageInfo {
    /// Bit depth, colour type and interlacing in words.
    var pixelKind: String {
        "\(bitDepth)-bit \(colour.rawValue)" + (isInterlaced ? ", interlaced" : "")
    }
}
