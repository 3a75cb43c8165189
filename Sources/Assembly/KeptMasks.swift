public import Domain
import Files
public import Foundation
import Hashing
import Metrics
public import RunStore
package import Training

/// The masks that a run predicted of its test images, kept with it: the one reader and the one writer
/// of such files.
///
/// ```text
/// "LBMASKS1"                        the last sign is the version
/// 32 bytes                          SHA-256 of the run's configuration
/// height width                      pixels, 1 ... 8192 each
/// K, K names                        structures, in the order of their masks
/// N, N names                        images
/// S, S bytes                        sets of weights: 0 best, 1 last
/// for each set, image, structure    lengths of runs, background first, until they fill the image
/// 4 bytes                           CRC-32C of all before, the lowest byte first
/// ```
///
/// Numbers are LEB128 of up to five bytes, as short as can be; a name is its length and UTF-8. So the
/// same masks are the same bytes, and no other bytes are these masks.
public struct KeptMasks: Sendable {
    /// What the store calls such a file.
    public static let kind = "masks-test"
    /// Bytes of the largest file that is written or read.
    static let largest = 1 << 28
    static let mark = Array("LBMASKS1".utf8)
    static let longestSide = 8192, mostStructures = 255, mostImages = 1_000_000
    private static let kinds: [WeightsKind] = [.best, .last]

    /// The digest of the run's configuration.
    public let digest: String
    /// Rows and columns of the masks: those of images as the run's networks see them.
    public let size: ImageSize
    /// What the masks of an image show.
    public let structures: [String]
    /// The ids of the images.
    public let images: [String]
    /// The whole file.
    let bytes: [UInt8]
    /// Where the masks of each image begin in it.
    private let starts: [WeightsKind: [Int]]

    /// The weights whose masks there are.
    public var weights: Set<WeightsKind> { Set(starts.keys) }

    /// The mask of each structure of an image, a pixel 0 or 1, row by row; nil where it has none of
    /// these weights.
    public func masks(of image: String, weights: WeightsKind) -> [[UInt8]]? {
        guard let index = images.firstIndex(of: image), let start = starts[weights]?[index] else {
            return nil
        }
        var cursor = KeptMasksCursor(bytes[...], at: start)
        // The bytes have been read once.
        return try? structures.map { _ in try cursor.runs(of: size.pixels).pixels }
    }
}

// MARK: - Writing

extension KeptMasks {
    /// What evaluations have of the test images' masks; nil where they have none.
    ///
    /// - Parameters:
    ///   - digest: of the run's configuration.
    ///   - size: of the masks.
    /// - Throws: `KeptMasksError.tooLarge`.
    package init?(
        _ evaluations: [Evaluation], of digest: String, size: ImageSize
    ) throws(KeptMasksError) {
        let kept = evaluations.filter { $0.split == .test }.compactMap { evaluation in
            evaluation.segmentation.flatMap { found in
                found.masks.map { (evaluation.weights, found.structures, $0) }
            }
        }
        guard let (_, structures, first) = kept.first, !first.isEmpty else { return nil }
        try self.init(
            digest: digest, size: size, structures: structures, images: first.map(\.id),
            runs: Dictionary(
                kept.map { ($0, $2.map(\.runs)) }, uniquingKeysWith: { first, _ in first }))
    }

    /// These masks, of each image those of each structure.
    ///
    /// - Throws: `KeptMasksError.tooLarge`.
    init(
        digest: String, size: ImageSize, structures: [String], images: [String],
        runs: [WeightsKind: [[MaskRuns]]]
    ) throws(KeptMasksError) {
        var bytes = Self.mark
        func add(_ number: Int) {
            var rest = UInt32(number)
            while rest > 0x7F {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        func add(_ names: [String]) {
            add(names.count)
            for name in names {
                add(name.utf8.count)
                bytes += name.utf8
            }
        }
        bytes += Self.bytes(ofDigest: digest) ?? []
        add(size.height)
        add(size.width)
        add(structures)
        add(images)
        let sets = Self.kinds.filter { runs[$0] != nil }
        add(sets.count)
        bytes += sets.compactMap { Self.kinds.firstIndex(of: $0).map(UInt8.init) }
        for kind in sets {
            for masks in runs[kind] ?? [] {
                for mask in masks { for length in mask.lengths { add(Int(length)) } }
                guard bytes.count < Self.largest else { throw .tooLarge(most: Self.largest) }
            }
        }
        let sum = CRC32C.checksum(bytes)
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
        try self.init(bytes, path: "the masks")
    }

    private static func bytes(ofDigest text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        let values = stride(from: 0, to: 64, by: 2).compactMap { place in
            UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16)
        }
        return values.count == 32 ? values : nil
    }

    /// Writes the file into a run's folder.
    ///
    /// - Throws: `ArtifactError.unwritable`.
    package func write(into folder: URL) throws -> RunArtifact {
        let file = folder.appending(path: "test.masks")
        do {
            let output = try OutputFile(file.path)
            try output.write(bytes)
            try output.commit()
        } catch OutputError.failed(let path, let reason) {
            throw ArtifactError.unwritable(path: path, reason: reason)
        }
        return RunArtifact(kind: Self.kind, path: file)
    }
}

// MARK: - Reading

extension KeptMasks {
    /// Reads the file of a run.
    ///
    /// - Parameters:
    ///   - digest: of the run's configuration.
    ///   - images: the test images whose masks the run has measured, in any order.
    /// - Throws: `ArtifactError` where it is not what the run wrote, `KeptMasksError` where its content
    ///   is no masks or those of another run or other images.
    package init(_ file: ArtifactFile, of digest: String, images: [String]) throws {
        guard file.record.bytes <= Self.largest else {
            throw KeptMasksError.malformed(
                path: file.url.path, what: "\(file.record.bytes) bytes",
                expected: "at most \(Self.largest)")
        }
        try self.init([UInt8](try file.read()), path: file.url.path)
        guard self.digest == digest else {
            throw KeptMasksError.foreign(
                path: file.url.path, what: "of the run \(self.digest.prefix(16))",
                expected: "\(digest.prefix(16))")
        }
        let (own, known) = (Set(self.images), Set(images))
        if let other = own.symmetricDifference(known).min() {
            throw KeptMasksError.foreign(
                path: file.url.path,
                what: "of \(self.images.count) images, "
                    + (own.contains(other) ? "one of them '\(other)'" : "without '\(other)'"),
                expected: "those of the run's \(known.count) test images")
        }
    }

    /// Reads the bytes of the file at `path`: nothing in them ends the process or has it take more
    /// memory than a small multiple of their number.
    ///
    /// - Throws: `KeptMasksError.malformed`.
    init(_ bytes: [UInt8], path: String) throws(KeptMasksError) {
        do throws(KeptMasksFault) {
            try self.init(parsing: bytes)
        } catch {
            throw .malformed(path: path, what: error.found, expected: error.expected)
        }
    }

    private init(parsing bytes: [UInt8]) throws(KeptMasksFault) {
        guard bytes.starts(with: Self.mark.dropLast()) else {
            throw KeptMasksFault("another beginning", expected: "a file of masks")
        }
        guard bytes.starts(with: Self.mark) else {
            let version = bytes.dropFirst(Self.mark.count - 1).first.map { "\($0)" } ?? "none"
            throw KeptMasksFault(
                "the version sign \(version)", expected: "\(Self.mark[Self.mark.count - 1])")
        }
        let end = bytes.count - 4
        guard end >= Self.mark.count + 32 else {
            throw KeptMasksFault("an early end", expected: "digest, names and masks")
        }
        let sum = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[end + $1]) << (8 * $1) }
        guard CRC32C.checksum(bytes[..<end]) == sum else {
            throw KeptMasksFault("another checksum", expected: "that of its bytes")
        }
        var cursor = KeptMasksCursor(bytes[..<end], at: Self.mark.count)
        digest = try cursor.take(32).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        size = ImageSize(
            height: try cursor.number("a height", 1...Self.longestSide),
            width: try cursor.number("a width", 1...Self.longestSide))
        structures = try cursor.names("structures", 1...Self.mostStructures)
        images = try cursor.names("images", 1...Self.mostImages)
        var kinds: [WeightsKind] = []
        for byte in try cursor.take(cursor.number("sets of weights", 1...Self.kinds.count)) {
            guard byte < Self.kinds.count, !kinds.contains(Self.kinds[Int(byte)]),
                byte != 0 || kinds.isEmpty
            else { throw KeptMasksFault("the weights \(byte)", expected: "0 and 1 in order") }
            kinds.append(Self.kinds[Int(byte)])
        }
        var starts: [WeightsKind: [Int]] = [:]
        for kind in kinds {
            var places: [Int] = []
            for _ in images {
                places.append(cursor.place)
                for _ in structures { _ = try cursor.runs(of: size.pixels) }
            }
            starts[kind] = places
        }
        guard cursor.place == end else {
            throw KeptMasksFault(
                "\(end - cursor.place) bytes behind the last mask", expected: "none")
        }
        self.starts = starts
        self.bytes = bytes
    }
}

/// What is wrong inside a file of masks.
private struct KeptMasksFault: Error {
    let found: String, expected: String

    init(_ found: String, expected: String) { (self.found, self.expected) = (found, expected) }
}

/// Reads numbers, names and masks one after the other.
private struct KeptMasksCursor {
    private let bytes: ArraySlice<UInt8>
    private(set) var place: Int

    init(_ bytes: ArraySlice<UInt8>, at place: Int) {
        self.bytes = bytes
        self.place = place
    }

    private var rest: Int { bytes.endIndex - place }

    mutating func take(_ count: Int) throws(KeptMasksFault) -> ArraySlice<UInt8> {
        guard count <= rest else {
            throw KeptMasksFault("\(rest) bytes", expected: "\(count) more")
        }
        defer { place += count }
        return bytes[place..<(place + count)]
    }

    mutating func number(_ what: String, _ range: ClosedRange<Int>) throws(KeptMasksFault) -> Int {
        let value = Int(try number())
        guard range.contains(value) else {
            throw KeptMasksFault(
                "\(value) as \(what)", expected: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private mutating func number() throws(KeptMasksFault) -> UInt32 {
        var value: UInt64 = 0
        for index in 0..<5 {
            guard place < bytes.endIndex else {
                throw KeptMasksFault("an end within a number", expected: "its last byte")
            }
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << (7 * UInt64(index))
            guard byte & 0x80 == 0 else { continue }
            guard let number = UInt32(exactly: value), byte != 0 || index == 0 else { break }
            return number
        }
        throw KeptMasksFault("a number that is too long", expected: "up to 32 bits, in short")
    }

    mutating func names(
        _ what: String, _ range: ClosedRange<Int>
    ) throws(KeptMasksFault) -> [String] {
        let count = try number(what, range)
        // A name has its length at least.
        guard count <= rest else {
            throw KeptMasksFault("\(count) \(what) in \(rest) bytes", expected: "fewer")
        }
        var names: [String] = []
        var seen: Set<String> = []
        for _ in 0..<count {
            let length = Int(try number())
            let bytes = try take(length)
            guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty else {
                throw KeptMasksFault("a name that is no text", expected: "\(what) in UTF-8")
            }
            guard seen.insert(name).inserted else {
                throw KeptMasksFault("the name '\(name)' twice", expected: "\(what), each once")
            }
            names.append(name)
        }
        return names
    }

    /// A mask of so many pixels.
    mutating func runs(of pixels: Int) throws(KeptMasksFault) -> MaskRuns {
        var lengths: [UInt32] = []
        var sum = 0
        while sum < pixels {
            let length = try number()
            lengths.append(length)
            guard length > 0 || lengths.count == 1 else {
                throw KeptMasksFault("a run of no pixels", expected: "1 at least")
            }
            sum += Int(length)
        }
        guard let runs = MaskRuns(lengths: lengths, pixels: pixels) else {
            throw KeptMasksFault("a mask of \(sum) pixels", expected: "\(pixels)")
        }
        return runs
    }
}

/// Why kept masks are not used, in one sentence.
public enum KeptMasksError: Error, Equatable, CustomStringConvertible {
    /// The file is no file of masks, or a damaged one.
    case malformed(path: String, what: String, expected: String)
    /// The file has the masks of another run, or of other images.
    case foreign(path: String, what: String, expected: String)
    /// There is more than a file may have.
    case tooLarge(most: Int)

    /// What, where, found, expected.
    public var description: String {
        switch self {
        case .malformed(let path, let what, let expected):
            "\(path) has no masks that can be read: found \(what), expected \(expected)"
        case .foreign(let path, let what, let expected):
            "\(path) has masks \(what); expected \(expected)"
        case .tooLarge(let most):
            "the masks of the test images take more than \(most >> 20) MiB; expected at most that"
        }
    }
}
