import Domain
import Foundation
import Hashing
import Imaging

/// One example in memory, and what its files say about themselves.
///
/// The one way in which an example's files are read, for training as for `data check`.
struct InspectedExample: Sendable {
    let id: String
    /// `[H, W, C]` as networks see it; empty when it cannot be read.
    var image: [Float] = []
    /// `[H, W, K]` of 0 or 1.
    var mask: [UInt8]
    /// The files read: the image, then the masks.
    var files: [HashedFile] = []
    /// What cannot be read.
    var failures: [ImagingError] = []
    /// The header of the image.
    var info: ImageInfo?
    /// Shapes of masks that differ from the image's.
    var otherShapes: [String] = []
    /// What the mask of each structure comes out as; empty without masks that can be read.
    var outcomes: [Outcome] = []
    /// Pixels of several structures, where there should be none.
    var overlap = 0
    /// Of what the image shows.
    var content: String?
    /// Whether all of the image is of one gray.
    var isFlat = false

    /// What the files of a structure come out as.
    struct Outcome: Sendable {
        /// Share of the image that is inside, where masks are judged.
        let fraction: Double
        /// The same in the map that is trained on.
        let trained: Double
        /// What is implausible about it as lungs, and whether it was inverted.
        let fault: LungMaskFault?
        let isInverted: Bool
        /// Mask files, and those among them in which nothing is inside.
        let files: Int
        let emptyFiles: Int
        /// The value of inside in the files that have any.
        let values: [MaskValue]
        /// Files that show noise.
        let noisyFiles: [String]
        /// Digests of the files in which something is inside.
        let digests: [String]
        /// For a comparison with other examples; nil where image or mask shows nothing.
        var sketch: MaskSketch?
        /// Whether the mask's inside is brighter than what surrounds it; nil without both.
        var isBrightInside: Bool?
    }

    /// Extents at which images and masks are judged, whatever is trained: one verdict on a file.
    static let judged = LoadOptions().preparation.shape

    /// Reads the files of `source`.
    ///
    /// - Parameters:
    ///   - preparation: what makes `image` and `mask` of the files.
    ///   - isExclusive: whether no pixel may belong to two structures.
    init(
        _ source: ExampleSource, preparation: ImagePreparation, structures: [Structure],
        isExclusive: Bool = false
    ) {
        id = source.id
        mask = [UInt8](repeating: 0, count: preparation.shape.pixels * structures.count)
        var placement = preparation.placement(width: 1, height: 1)
        var seen: [Float] = []
        do throws(ImagingError) {
            let bytes = try read(source.image)
            func reduce(_ size: ImageSize) throws(ImagingError) -> ReducedImage {
                try ImageFile.reduce(
                    bytes, name: source.image.path, width: size.width, height: size.height)
            }
            let reduced = try reduce(Self.judged.size)
            info = reduced.info
            placement = preparation.placement(
                width: reduced.info.width, height: reduced.info.height)
            let (scaled, channels) = (placement.scaled, preparation.shape.channels)
            if channels > 1 {
                image = preparation(
                    try ImageFile.planes(bytes, name: source.image.path, channels: channels))
            } else {
                image = preparation.prepared(
                    scaled == Self.judged.size ? reduced.values : try reduce(scaled).values,
                    placement)
            }
            content = Self.digest(of: reduced)
            seen = reduced.values
            isFlat = seen.min() == seen.max()
        } catch {
            failures.append(error)
        }
        var masks: [MaskContent] = []
        for file in source.masks {
            do throws(ImagingError) {
                let mask = try MaskContent(
                    read(file), name: file.path, labels: source.labels(of: file))
                masks.append(mask)
            } catch {
                failures.append(error)
            }
        }
        if let info {
            for mask in masks
            where !DrawnMask.hasShape(of: (info.width, info.height), mask.info) {
                otherShapes.append("\(mask.info.size) for \(info.size)")
            }
        }
        guard source.isMasked, masks.count == source.masks.count else { return }
        var shared = StructureOverlap(
            of: isExclusive ? masks.map(\.info) : [], shape: placement.scaled.shape())
        for (parts, structure) in zip(source.maskParts, structures) {
            let own = parts.map { part in
                let digest = files[files.count - masks.count + part.file].digest
                return ReadMask(
                    path: source.masks[part.file].path, mask: masks[part.file].mask(of: part.label),
                    digest: digest + (part.label.map { "/" + $0 } ?? ""))
            }
            add(own, of: structure, preparation, placement, seen)
            if isExclusive { shared.add(own.map(\.mask)) }
        }
        overlap = shared.pixels
        if isExclusive, overlap == 0 { exclude(structures.count) }
    }

    /// A file of a mask in memory.
    private struct ReadMask {
        let path: String
        let mask: MaskImage
        let digest: String
    }

    /// Draws the next structure into its map, and judges it on the image as `seen` there.
    private mutating func add(
        _ read: [ReadMask], of structure: Structure, _ preparation: ImagePreparation,
        _ placement: ImagePlacement, _ seen: [Float]
    ) {
        func draw(_ size: ImageSize) -> DrawnMask {
            DrawnMask(
                read.map(\.mask), width: size.width, height: size.height, lungs: structure.lungs)
        }
        let drawn = draw(placement.scaled)
        let judged = placement.scaled == Self.judged.size ? drawn : draw(Self.judged.size)
        let pixels = preparation.prepared(drawn.pixels, placement)
        let (count, map) = (mask.count / pixels.count, outcomes.count)
        if count == 1 {
            mask = pixels
        } else {
            for index in pixels.indices { mask[index * count + map] = pixels[index] }
        }
        var outcome = Outcome(
            fraction: judged.fraction,
            trained: DrawnMask.fraction(placement.cut(scaled: drawn.pixels)), fault: judged.fault,
            isInverted: drawn.isInverted, files: read.count,
            emptyFiles: read.count { !$0.mask.hasInside },
            values: read.compactMap(\.mask.inside),
            noisyFiles: read.filter { $0.mask.isNoise }.map(\.path),
            digests: read.filter { $0.mask.hasInside }.map(\.digest))
        let width = Self.judged.width
        outcome.sketch =
            seen.isEmpty ? nil : MaskSketch(image: seen, mask: judged.pixels, width: width)
        if structure.lungs != nil, !seen.isEmpty, judged.fault != .small, judged.fault != .large {
            outcome.isBrightInside = Self.isBright(seen, inside: judged.pixels, width: width)
        }
        outcomes.append(outcome)
    }

    /// Pixels of which two structures cover a half each are the first one's.
    private mutating func exclude(_ count: Int) {
        for start in stride(from: 0, to: mask.count, by: count) {
            var isTaken = false
            for index in start..<start + count where mask[index] == 1 {
                if isTaken { mask[index] = 0 }
                isTaken = true
            }
        }
    }

    /// A file's bytes, whose digest is remembered.
    private mutating func read(_ url: URL) throws(ImagingError) -> [UInt8] {
        let stamp = FileStamp(of: url)
        let bytes = try ImageFile.bytes(of: url)
        files.append(HashedFile(url: url, stamp: stamp, digest: PhantomMark.digest(of: bytes)))
        return bytes
    }

    /// Whether the mean within a mask is above the mean of the rest of the mask's bounding box; nil
    /// where one of the two has no pixel.
    private static func isBright(_ pixels: [Float], inside mask: [UInt8], width: Int) -> Bool? {
        let members = mask.indices.filter { mask[$0] == 1 }
        let columns = members.map { $0 % width }
        guard let first = members.first, let last = members.last, let left = columns.min(),
            let right = columns.max()
        else { return nil }
        var sums = (inside: 0.0, outside: 0.0)
        var counts = (inside: 0, outside: 0)
        for row in first / width...last / width {
            for index in row * width + left...row * width + right {
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
}

extension ExampleSource {
    /// The description of the example, its file being `width` x `height`.
    func example(width: Int, height: Int, spacing: PixelSpacing? = nil) -> Example {
        Example(
            id: id, hasMask: isMasked, classIndex: classIndex, patient: patient,
            site: site, imagePath: image.path, originalWidth: width, originalHeight: height,
            reading: clinicalReading, assignedSplit: assignedSplit,
            publishedPositive: publishedPositive, spacing: spacing)
    }

    /// The reading from the release's table or the image's own file, nil without either.
    var clinicalReading: ClinicalReading? {
        if let reading { return reading }
        guard let readingFile, let bytes = try? ImageFile.bytes(of: readingFile) else { return nil }
        return ClinicalReading(text: String(decoding: bytes, as: UTF8.self))
    }
}
