import Foundation
import Imaging

@testable import Datasets

/// A folder of one's own with ten images of 32 x 24 and masks as a test wants them.
struct MaskSet {
    let folder: TemporaryFolder
    static let width = 32
    static let height = 24

    /// `mask` gives the file of a mask, nil where there is none; it is told which image and what it
    /// shows.
    init(
        count: Int = 10, labels: String? = nil,
        mask: (_ index: Int, _ pixels: [UInt8]) throws -> [UInt8]? = MaskSet.png
    ) throws {
        folder = try TemporaryFolder()
        for part in ["images", "masks"] {
            try FileManager.default.createDirectory(
                at: folder.url.appendingPathComponent(part), withIntermediateDirectories: true)
        }
        for index in 0..<count {
            try put(PNG.encode(Self.image(index)), "images/i\(index).png")
            if let bytes = try mask(index, Self.pixels(index)) {
                try put(bytes, "masks/i\(index).png")
            }
        }
        if let labels { try put(Array(labels.utf8), "labels.csv") }
    }

    /// Writes a file below the folder.
    func put(_ bytes: [UInt8], _ path: String) throws {
        try ImageFile.write(bytes, to: folder.url.appendingPathComponent(path))
    }

    static func image(_ index: Int) -> GrayImage {
        let pixels = (0..<width * height).map { UInt16(($0 * 7 + index * 13 + $0 * $0) % 251) }
        return GrayImage(width: width, height: height, maximum: 255, pixels: pixels)
    }

    static func pixels(_ index: Int) -> [UInt8] {
        (0..<width * height).map { $0 % width < 10 + index && $0 / width > 5 ? 1 : 0 }
    }

    /// A mask of one bit.
    static func png(_ index: Int, _ pixels: [UInt8]) throws -> [UInt8]? {
        try PNG.encode(mask: pixels, width: width, height: height)
    }

    /// A mask of 8 bits, or of 16 where `maximum` says so.
    static func gray(_ pixels: [UInt16], maximum: UInt16 = 255) throws -> [UInt8] {
        try PNG.encode(
            GrayImage(width: width, height: height, maximum: maximum, pixels: pixels))
    }

    private var entry: DatasetEntry { .ownFolder(".") }

    /// What `data check` finds.
    func checked() throws -> [DatasetFinding] { try entry.check(folder.root)?.findings ?? [] }

    /// What training finds: it loads and divides; the error that stops it is the only finding.
    func trained(cache: DatasetCache? = nil) throws -> [DatasetFinding] {
        do throws(DatasetError) {
            let dataset = try entry.load(folder.root, LoadOptions(cache: cache))
            let split = try DataSplit.make(
                for: dataset, seed: 1, labelledPercent: 100, stratified: true)
            return dataset.findings + split.findings(for: dataset)
        } catch .unsound(_, let finding) {
            return [finding]
        } catch .cannotSplit(_, let reason) {
            return [DatasetFinding(.error, .cannotSplit, reason)]
        } catch .image(let error) {
            return [DatasetFinding(.error, .brokenFile, error.description)]
        }
    }

    func loaded() throws -> Dataset {
        try entry.load(folder.root, LoadOptions(side: 32, cache: nil))
    }
}
