public import Domain
import Foundation
import Hashing
import Imaging

extension DatasetEntry {
    /// Reads every file of the data set and reports on it; files that cannot be decoded are
    /// findings, not errors. Nil for data sets that have no files.
    ///
    /// - Parameters:
    ///   - structures: whose masks are read; empty for those of the data set.
    ///   - preparation: of the training to be: masks that come out empty then are what they are for
    ///     training. Everything else is judged at one size.
    public func check(
        _ root: DataRoot, structures: [String] = [], preparation: ImagePreparation? = nil,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(DatasetError) -> DatasetReport? {
        guard let find else { return nil }
        return try DatasetInspector(
            listing: find(root, structures), trained: preparation
        ).report(progress: progress)
    }
}

/// Reads every file of a listing and collects what is wrong or odd, by the same code as training.
struct DatasetInspector {
    let listing: DatasetListing
    /// How images will be trained; nil where that is not known.
    let trained: ImagePreparation?

    func report(
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) throws(DatasetError) -> DatasetReport {
        let sources = listing.sources
        guard !sources.isEmpty else {
            throw .noImages(
                dataset: listing.dataset, folder: listing.folder.path,
                leftOut: LeftOutFiles(in: listing).text)
        }
        let counter = SharedCounter()
        let inspected = parallelMap(sources.count) { index in
            var example = InspectedExample(
                sources[index],
                preparation: trained ?? ImagePreparation(shape: InspectedExample.judged),
                structures: listing.structures, isExclusive: listing.isExclusive)
            // Only the counts are wanted here.
            (example.image, example.mask) = ([], [])
            progress?(counter.advance(), sources.count)
            return example
        }
        let patients = Set(sources.compactMap(\.patient))
        let fingerprint = try? fingerprint(inspected)
        let drawn = PhantomRecognition(
            of: sources, images: inspected.map { $0.files.first?.digest ?? "" },
            fingerprint: fingerprint ?? "", in: listing.folder)
        let isDrawn = drawn.isAny || PhantomRecognition.isRedrawn(sources.first)
        return DatasetReport(
            dataset: listing.dataset, folder: listing.folder.path,
            understood: listing.understood.isEmpty ? nil : listing.understood,
            images: sources.count,
            masked: sources.count(where: \.isMasked),
            structures: listing.structures.map(\.name), choices: choices,
            maskFiles: sources.reduce(0) { $0 + $1.masks.count }, classes: classes(),
            sizes: Self.counted(inspected.compactMap { $0.info.map(\.size) }),
            pixels: Self.counted(inspected.compactMap { $0.info.map(\.pixelKind) }),
            maskFraction: DatasetReport.Spread(inspected.flatMap { $0.outcomes.map(\.fraction) }),
            patients: patients.isEmpty ? nil : patients.count,
            sites: sites(),
            readings: DatasetReport.Readings(sources.compactMap(\.clinicalReading)),
            origin: isDrawn ? .phantom : .real, fingerprint: fingerprint,
            findings: findings(inspected, drawn))
    }

    /// What else could be trained.
    private var choices: [String] {
        listing.masks?.choices.filter { choice in
            !listing.structures.contains(choice)
                && listing.sources.contains { $0.showing([choice]).isMasked }
        }.map(\.name) ?? []
    }

    private func findings(
        _ inspected: [InspectedExample], _ drawn: PhantomRecognition
    ) -> [DatasetFinding] {
        let content = ContentFindings(
            listing: listing, examples: inspected, trained: trained?.shape)
        let names = ListingFindings(listing: listing)
        var findings = content.all + names.completeness + names.shared + drawn.findings
        if !findings.contains(where: { $0.severity == .error }) {
            let examples = listing.sources.map { $0.example(width: 0, height: 0) }
            do throws(DatasetError) {
                _ = try DataSplit.make(
                    for: listing.dataset, examples: examples, twins: content.twins, seed: 1,
                    labelledPercent: 100, stratified: true)
            } catch .unsound(_, let finding) {
                findings.append(finding)
            } catch {
                findings.append(DatasetFinding(.error, .cannotSplit, error.description))
            }
        } else {
            let examples = listing.sources.map { $0.example(width: 0, height: 0) }
            findings += SplitFindings(examples: examples, twins: content.twins).errors
        }
        return findings.bySeverity
    }

    /// The fingerprint with the images that have no mask; throws where the set cannot be loaded.
    private func fingerprint(_ inspected: [InspectedExample]) throws(DatasetError) -> String? {
        guard inspected.allSatisfy(\.failures.isEmpty) else { return nil }
        return try DatasetLoader(listing: listing, options: LoadOptions(unmasked: .include))
            .fingerprint(ofFiles: inspected.flatMap(\.files).map(\.digest))
    }

    // MARK: Counts

    private func sites() -> [DatasetReport.ClassCount]? {
        let bySite = Dictionary(grouping: listing.sources.filter { $0.site != nil }) {
            $0.site ?? ""
        }
        guard bySite.count > 1 else { return nil }
        return bySite.sorted { $0.key < $1.key }.map { site, sources in
            DatasetReport.ClassCount(
                name: site, images: sources.count, masked: sources.count(where: \.isMasked))
        }
    }

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
                    name: DatasetReport.ClassCount.none, images: bare.count,
                    masked: bare.count(where: \.isMasked)))
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
    /// Columns and rows in words.
    var size: String { "\(width) x \(height)" }

    /// Bit depth, colour type and interlacing in words.
    var pixelKind: String {
        "\(bitDepth)-bit \(colour.rawValue)" + (isInterlaced ? ", interlaced" : "")
    }
}
