import Domain
import Foundation
import Hashing
import Imaging
import Wording

/// Brings what a listing found into memory: from the cache, else by decoding every file.
struct DatasetLoader {
    let listing: DatasetListing
    let options: LoadOptions
    private let sources: [ExampleSource]
    /// Images without a mask that nothing is trained on, and that are looked at all the same: what
    /// `data check` says about them, a run says too.
    private let others: [ExampleSource]

    /// Throws when the listing is incomplete.
    init(listing: DatasetListing, options: LoadOptions) throws(DatasetError) {
        try listing.validate(needingMasks: options.needsMasks)
        self.listing = listing
        self.options = options
        let isUsed = { (source: ExampleSource) in
            source.isMasked || options.unmasked == .include
        }
        sources = listing.sources.filter(isUsed)
        others = listing.sources.filter { !isUsed($0) }
    }

    /// Reads every image and mask.
    func load() throws(DatasetError) -> Dataset {
        guard let cache = usableCache else { return try decode(remembering: nil) }
        if let dataset = cached(cache) { return dataset }
        return try cache.locked(lockKey) { () throws(DatasetError) -> Dataset in
            // Another process may have done the work while this one waited.
            if let dataset = cached(cache) { return dataset }
            return try decode(remembering: cache)
        }
    }

    /// The fingerprint that `load` gives. Unchanged files are not even read; where one is new or
    /// changed, all are decoded into the cache, which whoever asks will need next.
    func fingerprint() throws(DatasetError) -> String {
        if let cache = usableCache {
            let table = DigestTable(cache)
            let known = files.compactMap { table.digest(of: $0) }
            return known.count == files.count ? fingerprint(known) : try load().fingerprint
        }
        let files = files
        let digests = parallelMap(files.count) { index -> Result<String, DatasetError> in
            do throws(ImagingError) {
                return .success(PhantomMark.digest(of: try ImageFile.bytes(of: files[index])))
            } catch {
                return .failure(.image(error))
            }
        }
        var known: [String] = []
        for digest in digests { known.append(try digest.get()) }
        return fingerprint(known)
    }

    /// The same from the digests of every image and its masks, example by example.
    func fingerprint(ofFiles digests: [String]) throws(DatasetError) -> String {
        var all = digests
        for table in try hashedTables() { all.append(table.digest) }
        return fingerprint(all)
    }

    // MARK: Content

    /// Every file whose content counts, example by example, then the tables.
    private var files: [URL] { sources.flatMap { [$0.image] + $0.masks } + listing.tables }

    /// The fingerprint from the digests of `files`.
    private func fingerprint(_ digests: [String]) -> String {
        var hash = SHA256()
        var next = 0
        for source in sources {
            let count = 1 + source.masks.count
            let own = digests[next..<(next + count)].joined(separator: "\u{0}")
            hash.update(source.id + "\u{0}" + own + "\n")
            next += count
        }
        for digest in digests[next...] { hash.update(digest + "\n") }
        for line in listing.identity { hash.update(line + "\n") }
        return hash.digest()
    }

    // MARK: Cache

    /// The cache, nil where decoding is as fast.
    private var usableCache: DatasetCache? {
        guard let cache = options.cache else { return nil }
        let bytes = files.reduce(0) { $0 + (FileStamp(of: $1)?.size ?? 0) }
        return bytes >= DatasetCache.worthwhile && cache.prepare() ? cache : nil
    }

    private var lockKey: String {
        SHA256.hex(of: "\(listing.dataset)\n\(listing.folder.path)\n\(preprocessing)")
    }

    /// Everything beside the files that decides the arrays.
    private var preprocessing: String {
        let preparation = options.preparation
        return "arrays 5 \(preparation.shape) \(preparation.normalisation.rawValue) "
            + meaning + (listing.isExclusive ? " exclusive" : "")
            + (preparation.resize == .stretch ? "" : " \(preparation.resize.rawValue)")
    }

    /// Which masks are read, and how they are judged.
    private var meaning: String {
        let structures = listing.structures
        guard structures.count == 1, listing.chosen.isEmpty else {
            return "structures "
                + structures.map { "\($0.name)=\($0.parts.joined(separator: "+"))" }
                .joined(separator: ",")
        }
        return "lungs \(structures[0].lungs == .both)"
    }

    /// Where the arrays are kept. With them is kept what was found, so that it counts what else was
    /// looked at: the digests of `others`.
    private func arrays(_ fingerprint: String, _ seen: [String], in cache: DatasetCache) -> URL {
        cache.arrays(
            SHA256.hex(of: ([fingerprint, preprocessing] + seen).joined(separator: "\n")))
    }

    private func cached(_ cache: DatasetCache) -> Dataset? {
        let table = DigestTable(cache)
        let digests = files.compactMap { table.digest(of: $0) }
        let seen = others.compactMap { table.digest(of: $0.image) }
        guard digests.count == files.count, seen.count == others.count else { return nil }
        let fingerprint = fingerprint(digests)
        let url = arrays(fingerprint, seen, in: cache)
        guard
            let file = ArrayFile(url), file.header.shape == options.preparation.shape,
            file.header.ids == sources.map(\.id)
        else { return nil }
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: url.path)
        return dataset(
            file, fingerprint: fingerprint, drawn: drawn(digests, fingerprint: fingerprint))
    }

    // MARK: Decoding

    private func decode(remembering cache: DatasetCache?) throws(DatasetError) -> Dataset {
        let counter = SharedCounter()
        let all = listing.sources
        let used = Set(sources.map(\.id))
        let looked = parallelMap(all.count) { index in
            var example = InspectedExample(
                all[index], preparation: options.preparation, structures: listing.structures,
                isExclusive: listing.isExclusive)
            if !used.contains(example.id) { (example.image, example.mask) = ([], []) }
            options.progress?(counter.advance(), all.count)
            return example
        }
        if let failure = looked.lazy.flatMap(\.failures).first(where: \.isBrokenFile) {
            throw .image(failure)
        }
        let findings = ContentFindings(
            listing: listing, examples: looked, trained: options.preparation.shape
        )
        .all.bySeverity
        if let error = findings.first, error.severity == .error {
            throw .unsound(dataset: listing.dataset, finding: error)
        }
        let inspected = looked.filter { used.contains($0.id) }
        let content = ContentFindings(
            listing: listing, examples: inspected, trained: options.preparation.shape)
        let hashed = inspected.flatMap(\.files) + (try hashedTables())
        let digests = hashed.map(\.digest)
        let fingerprint = fingerprint(digests)
        let drawn = drawn(digests, fingerprint: fingerprint)
        let isDrawn = drawn.isAny || PhantomRecognition.isRedrawn(sources.first)
        let file = arrayFile(of: inspected, findings, content.twins, isDrawn: isDrawn)
        if let cache {
            let seen = looked.filter { !used.contains($0.id) }.flatMap(\.files)
            let url = arrays(fingerprint, seen.map(\.digest), in: cache)
            remember(file, at: url, hashed + seen, in: cache)
        }
        return dataset(file, fingerprint: fingerprint, drawn: drawn)
    }

    private func hashedTables() throws(DatasetError) -> [HashedFile] {
        var hashed: [HashedFile] = []
        for table in listing.tables {
            let stamp = FileStamp(of: table)
            do {
                let digest = SHA256.hex(of: try ImageFile.bytes(of: table))
                hashed.append(HashedFile(url: table, stamp: stamp, digest: digest))
            } catch {
                throw .image(error)
            }
        }
        return hashed
    }

    private func drawn(_ digests: [String], fingerprint: String) -> PhantomRecognition {
        var images: [String] = []
        var next = 0
        for source in sources {
            images.append(digests[next])
            next += 1 + source.masks.count
        }
        return PhantomRecognition(
            of: sources, images: images, fingerprint: fingerprint, in: listing.folder)
    }

    /// The arrays, and all about them that only the files tell.
    private func arrayFile(
        of inspected: [InspectedExample], _ findings: [DatasetFinding], _ twins: [[Int]],
        isDrawn: Bool
    ) -> ArrayFile {
        var images: [Float] = []
        var masks: [UInt8] = []
        images.reserveCapacity(inspected.count * options.preparation.shape.count)
        masks.reserveCapacity(inspected.count * options.preparation.shape.pixels)
        for example in inspected {
            images += example.image
            masks += example.mask
        }
        let header = ArrayFile.Header(
            shape: options.preparation.shape, structures: listing.structures.count,
            ids: inspected.map(\.id),
            widths: inspected.map { $0.info?.width ?? 0 },
            heights: inspected.map { $0.info?.height ?? 0 },
            spacings: inspected.contains { $0.info?.spacing != nil }
                ? inspected.map { $0.info?.spacing } : nil,
            findings: findings, twins: twins,
            isDrawn: isDrawn)
        return ArrayFile(header: header, images: images, masks: masks)
    }

    /// The data set that the arrays and the listing make.
    private func dataset(
        _ file: ArrayFile, fingerprint: String, drawn: PhantomRecognition
    ) -> Dataset {
        let header = file.header
        let examples = sources.enumerated().map { index, source in
            source.example(
                width: header.widths[index], height: header.heights[index],
                spacing: listing.description?.spacing
                    ?? header.spacings.flatMap { index < $0.count ? $0[index] : nil })
        }
        // What folders and tables tell is looked up anew: it may change where no file does.
        var findings =
            header.findings + ListingFindings(listing: listing).shared + drawn.findings
        let skipped = listing.sources.count - sources.count
        if skipped > 0 {
            findings.append(
                DatasetFinding(
                    .note, .missingMask, Plural.count(skipped, "image") + " without a mask left out"
                ))
        }
        return Dataset(
            name: listing.dataset, shape: options.preparation.shape,
            resize: options.preparation.resize, structures: listing.structures.map(\.name),
            examples: examples,
            classNames: listing.classNames, fingerprint: fingerprint, images: file.images,
            masks: file.masks, findings: findings.bySeverity, twins: header.twins,
            origin: header.isDrawn || drawn.isAny ? .phantom : .real)
    }

    private func remember(
        _ file: ArrayFile, at url: URL, _ hashed: [HashedFile], in cache: DatasetCache
    ) {
        guard file.write(to: url) else { return }
        DigestTable(cache).append(hashed.compactMap(\.entry))
        cache.prune()
    }
}

extension ImagingError {
    /// Whether the file cannot be decoded, rather than showing what it should not.
    var isBrokenFile: Bool {
        switch self {
        case .notMask, .unknownLabels: false
        default: true
        }
    }
}

/// A file and its content's digest.
struct HashedFile: Sendable {
    let url: URL
    /// From before it was read; nil when there was none.
    let stamp: FileStamp?
    let digest: String

    /// What the digest table should remember.
    var entry: (url: URL, stamp: FileStamp, digest: String)? {
        stamp.map { (url, $0, digest) }
    }
}
