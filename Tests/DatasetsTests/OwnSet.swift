import Foundation
import Imaging

@testable import Datasets

/// A folder of one's own with images of 32 x 32 and label maps of three structures: `lungs` are 1 and
/// 2, `heart` is 3.
struct OwnSet {
    let folder: TemporaryFolder
    static let side = 32
    static let table = "value,name\n1,lungs\n2,lungs\n3,heart\n"

    init(count: Int = 8, names: (Int) -> String = { "i\($0)" }, labels: Bool = true) throws {
        folder = try TemporaryFolder()
        for index in 0..<count {
            try put(PNG.encode(Self.image(index)), "images/\(names(index)).png")
            if labels { try put(Self.gray(Self.values(index)), "masks/\(names(index)).png") }
        }
    }

    /// Writes a file below the folder.
    func put(_ bytes: [UInt8], _ path: String) throws {
        let url = folder.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try ImageFile.write(bytes, to: url)
    }

    func put(_ text: String, _ path: String) throws { try put(Array(text.utf8), path) }

    static func image(_ index: Int) -> GrayImage {
        let pixels = (0..<side * side).map { UInt16(($0 * 7 + index * 13 + $0 * $0) % 251) }
        return GrayImage(width: side, height: side, maximum: 255, pixels: pixels)
    }

    /// 0 outside, 1, 2 and 3 in rectangles that move with the image.
    static func values(_ index: Int) -> [UInt16] {
        (0..<side * side).map { place in
            let (row, column) = (place / side, place % side)
            if (6..<20 + index % 3).contains(row) {
                if (3..<9).contains(column - index % 2) { return 1 }
                if (20..<28).contains(column) { return 2 }
            }
            return (22..<28).contains(row) && (10..<18).contains(column) ? 3 : 0
        }
    }

    static func gray(_ pixels: [UInt16]) throws -> [UInt8] {
        try PNG.encode(GrayImage(width: side, height: side, maximum: 255, pixels: pixels))
    }

    static func mask(_ index: Int, of values: Set<UInt16>) throws -> [UInt8] {
        try PNG.encode(
            mask: Self.values(index).map { values.contains($0) ? 1 : 0 }, width: side, height: side)
    }

    var entry: DatasetEntry { .ownFolder(".") }

    func loaded(_ structures: String...) throws -> Dataset {
        try entry.load(
            folder.root, LoadOptions(side: Self.side, structures: structures, cache: nil))
    }

    func fingerprint() throws -> String {
        try entry.fingerprint(folder.root, LoadOptions(side: Self.side, cache: nil))
    }

    func refusal(_ structures: String...) -> String {
        do throws(DatasetError) {
            _ = try entry.load(
                folder.root, LoadOptions(side: Self.side, structures: structures, cache: nil))
            return ""
        } catch {
            return error.description.replacing(folder.url.path + "/", with: "")
        }
    }

    func report() throws -> DatasetReport? { try entry.check(folder.root) }
}
