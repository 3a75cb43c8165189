import Foundation
import Hashing
import Imaging

/// Decodes, reduces and normalises what a listing found.
struct DatasetLoader {
    let listing: DatasetListing
    let options: LoadOptions

    /// Reads every file, on all cores.
    func load() throws(DatasetError) -> Dataset {
        try listing.validate()
        let sources = listing.sources.filter { $0.isMasked || options.unmasked == .include }
        let counter = SharedCounter()
        let results = parallelMap(sources.count) { index in
            let result: Result<LoadedExample, DatasetError>
            do throws(DatasetError) {
                result = .success(
                    try LoadedExample(
                        sources[index], options: options, showsLungs: listing.showsLungs))
            } catch {
                result = .failure(error)
            }
            options.progress?(counter.advance(), sources.count)
            return result
        }
        var loaded: [LoadedExample] = []
        loaded.reserveCapacity(results.count)
        for result in results { loaded.append(try result.get()) }
        return try assemble(loaded)
    }

    private func assemble(_ loaded: [LoadedExample]) throws(DatasetError) -> Dataset {
        var hash = SHA256()
        var images: [Float] = []
        var masks: [UInt8] = []
        images.reserveCapacity(loaded.count * options.side * options.side)
        masks.reserveCapacity(loaded.count * options.side * options.side)
        for example in loaded {
            images += example.image
            masks += example.mask
            hash.update(
                example.example.id + "\u{0}" + example.digests.joined(separator: "\u{0}") + "\n")
        }
        for table in listing.tables {
            do {
                hash.update(SHA256.hex(of: try ImageFile.bytes(of: table)))
            } catch {
                throw .image(error)
            }
        }
        return Dataset(
            name: listing.dataset, side: options.side, examples: loaded.map(\.example),
            classNames: listing.classNames, fingerprint: hash.digest(), images: images,
            masks: masks, notes: notes(on: loaded))
    }

    private func notes(on loaded: [LoadedExample]) -> [String] {
        var notes: [String] = []
        func note(_ fault: LungMaskFault, _ text: String) {
            let ids = loaded.filter { $0.fault == fault }.map(\.example.id)
            guard !ids.isEmpty else { return }
            let shown = ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? ", …" : "")
            notes.append("\(ids.count) \(text): \(shown)")
        }
        note(.inverted, "masks showed the background and were inverted")
        note(.small, "masks cover less than a tenth of the image")
        note(.large, "masks cover more than 45 % of the image and were kept")
        let skipped = listing.sources.count - loaded.count
        if skipped > 0 { notes.append("\(skipped) images without a mask were left out") }
        return notes
    }
}

/// One example in memory.
struct LoadedExample: Sendable {
    let example: Example
    let image: [Float]
    let mask: [UInt8]
    let digests: [String]
    let fault: LungMaskFault?

    init(
        _ source: ExampleSource, options: LoadOptions, showsLungs: Bool
    ) throws(DatasetError) {
        let side = options.side
        do throws(ImagingError) {
            let bytes = try ImageFile.bytes(of: source.image)
            var digests = [SHA256.hex(of: bytes)]
            let reduced = try ImageFile.reduce(
                bytes, name: source.image.path, width: side, height: side)
            var image = reduced.values
            options.normalisation.apply(to: &image)

            var coverage = [Float](repeating: 0, count: side * side)
            for file in source.masks {
                let bytes = try ImageFile.bytes(of: file)
                digests.append(SHA256.hex(of: bytes))
                let part = try ImageFile.reduce(
                    bytes, name: file.path, width: side, height: side
                ).coverage
                for i in coverage.indices { coverage[i] += part[i] }
            }
            var mask = coverage.map { UInt8($0 >= 0.5 ? 1 : 0) }
            fault = source.isMasked && showsLungs ? LungMaskFault.correct(&mask) : nil
            self.image = image
            self.mask = mask
            self.digests = digests
            example = Example(
                id: source.id, hasMask: source.isMasked, classIndex: source.classIndex,
                patient: source.patient, imagePath: source.image.path,
                originalWidth: reduced.info.width, originalHeight: reduced.info.height,
                reading: source.readingFile.flatMap(Self.reading),
                assignedSplit: source.assignedSplit)
        } catch {
            throw .image(error)
        }
    }

    private static func reading(_ file: URL) -> ClinicalReading? {
        guard let bytes = try? ImageFile.bytes(of: file) else { return nil }
        return ClinicalReading(text: String(decoding: bytes, as: UTF8.self))
    }
}
