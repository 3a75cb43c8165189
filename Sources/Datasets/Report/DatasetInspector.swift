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
    struct Inspection: Sendable {
        var reading: ClinicalReading?
        var image: ImageInfo?
        var masks: [ImageInfo] = []
        var fraction: Double?
        var fault: LungMaskFault?
        /// Whether the mask's inside is brighter than what surrounds it; nil without both.
        var isBrightInside: Bool?
        /// Of what the image shows.
        var content: String?
        /// Of the image's file and the masks'.
        var digests: [String] = []
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
        let patients = Set(sources.compactMap(\.patient))
        return DatasetReport(
            dataset: listing.dataset, folder: listing.folder.path, images: sources.count,
            masked: sources.count(where: \.isMasked),
            maskFiles: sources.reduce(0) { $0 + $1.masks.count }, classes: classes(),
            sizes: Self.counted(
                inspections.compactMap { $0.image.map { "\($0.width) x \($0.height)" } }),
            pixels: Self.counted(inspections.compactMap { $0.image.map(\.pixelKind) }),
            maskFraction: DatasetReport.Spread(inspections.compactMap(\.fraction)),
            patients: patients.isEmpty ? nil : patients.count,
            readings: DatasetReport.Readings(inspections.compactMap(\.reading)),
            fingerprint: try? fingerprint(inspections),
            findings: findings(inspections))
    }

    private static func inspect(_ source: ExampleSource) -> Inspection {
        var inspection = Inspection(reading: source.clinicalReading)
        var pixels: [Float]?
        do throws(ImagingError) {
            let bytes = try ImageFile.bytes(of: source.image)
            let reduced = try ImageFile.reduce(
                bytes, name: source.image.path, width: side, height: side)
            inspection.image = reduced.info
            inspection.content = Self.digest(of: reduced)
            pixels = reduced.values
            inspection.digests.append(SHA256.hex(of: bytes))
        } catch {
            inspection.failures.append(error.description)
        }
        var coverage = [Float](repeating: 0, count: side * side)
        for file in source.masks {
            do throws(ImagingError) {
                let bytes = try ImageFile.bytes(of: file)
                let reduced = try ImageFile.reduce(
                    bytes, name: file.path, width: side, height: side)
                inspection.digests.append(SHA256.hex(of: bytes))
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
        if let pixels, inspection.fault != .small, inspection.fault != .large {
            inspection.isBrightInside = isBright(pixels, inside: mask)
        }
        return inspection
    }

    /// Whether the mean within a mask is above the mean of the rest of the mask's bounding box; nil
    /// where one of the two has no pixel.
    private static func isBright(_ pixels: [Float], inside mask: [UInt8]) -> Bool? {
        let members = mask.indices.filter { mask[$0] == 1 }
        let columns = members.map { $0 % side }
        guard let first = members.first, let last = members.last, let left = columns.min(),
            let right = columns.max()
        else { return nil }
        var sums = (inside: 0.0, outside: 0.0)
        var counts = (inside: 0, outside: 0)
        for row in first / side...last / side {
            for index in row * side + left...row * side + right {
                if mask[index] == 1 {
                    sums.inside += Double(pixels[index])
                    counts.inside += 1
                } else {
                    sums.outside += Double(pixels[index])
                    counts.outside += 1
                }
            }
        }
        guard counts.outside > 0 else { return nil }
        return sums.inside / Double(counts.inside) > sums.outside / Double(counts.outside)
    }

    /// The same for two files that show the same, however they are compressed.
    private static func digest(of image: ReducedImage) -> String {
        var hash = SHA256()
        hash.update("\(image.info.width) x \(image.info.height)\n")
        image.values.withUnsafeBytes { hash.update($0) }
        return hash.digest()
    }

    /// The fingerprint with the images that have no mask; throws where the set cannot be loaded.
    private func fingerprint(_ inspections: [Inspection]) throws(DatasetError) -> String? {
        guard inspections.allSatisfy(\.failures.isEmpty) else { return nil }
        return try DatasetLoader(listing: listing, options: LoadOptions(unmasked: .include))
            .fingerprint(ofFiles: inspections.flatMap(\.digests))
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
}

extension ImageInfo {
    /// Bit depth, colour type and interlacing in words.
    var pixelKind: String {
        "\(bitDepth)-bit \(colour.rawValue)" + (isInterlaced ? ", interlaced" : "")
    }
}
