internal import Foundation
import Imaging

extension DatasetInspector {
    /// What is wrong or odd, errors first.
    func findings(_ inspections: [Inspection]) -> [DatasetReport.Finding] {
        var findings: [DatasetReport.Finding] = []
        func find(
            _ severity: DatasetReport.Severity, _ kind: DatasetReport.Kind, _ items: [String],
            _ noun: String, _ fault: String
        ) {
            guard !items.isEmpty else { return }
            let things = "\(items.count) \(noun)" + (items.count == 1 ? "" : "s")
            findings.append(
                DatasetReport.Finding(
                    severity: severity, kind: kind, text: "\(things) \(fault)", items: items))
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
            bare, "image", "without a mask (expected \(listing.maskPlace))")
        find(.error, .extraMask, listing.orphanMasks.map(\.path), "mask", "without an image")
        let twins = zip(sources, sources.dropFirst()).filter { $0.id == $1.id }.map { $0.0.id }
        find(.error, .duplicateName, twins, "name", "of several files")
        find(
            .warning, .sizeMismatch, pairs.filter { Self.differs($1) }.map(\.0.id),
            "mask", "of another shape than the image")
        if listing.showsLungs {
            func faulty(_ fault: LungMaskFault) -> [String] {
                pairs.filter { $1.fault == fault }.map(\.0.id)
            }
            find(
                .warning, .lungFraction, faulty(.inverted),
                "mask", "showing the background (inverted when loaded)")
            find(
                .warning, .lungFraction, faulty(.small),
                "mask", "covering less than a tenth of the image")
            find(
                .warning, .lungFraction, faulty(.large),
                "mask", "covering more than 45 % of the image")
            find(
                .warning, .polarity, pairs.filter { $1.isBrightInside == true }.map(\.0.id),
                "image", "with lungs brighter than what surrounds them (is it inverted?)")
        }
        var byDigest: [String: [String]] = [:]
        for (source, inspection) in pairs {
            if let content = inspection.content { byDigest[content, default: []].append(source.id) }
        }
        let copies = byDigest.values.filter { $0.count > 1 }.map { $0.joined(separator: " = ") }
        find(.warning, .duplicateContent, copies.sorted(), "set", "of images with equal content")
        find(.error, .patientInTwoSplits, straddlingPatients(), "patient", "in more than one split")
        if !listing.classNames.isEmpty {
            find(
                .note, .missingClass, sources.filter { $0.classIndex == nil }.map(\.id),
                "image", "without a class")
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
