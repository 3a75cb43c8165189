import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// What `data check` believes about a file, training believes too, at every size and for every image
/// that lies there.
struct OneVerdictTests {
    private static func structure(_ index: Int) -> [UInt8] {
        // A square of 5 to 12 % that lies somewhere else in each image.
        let side = 14 + index % 8
        let (left, top) = (2 + index * 17 % (60 - side), 2 + index * 29 % (60 - side))
        return (0..<64 * 64).map { place in
            let (x, y) = (place % 64 - left, place / 64 - top)
            return (0..<side).contains(x) && (0..<side).contains(y) ? 1 : 0
        }
    }

    /// Sixteen images of one's own with small structures, those at `inverted` showing the rest.
    private func folder(inverted: Set<Int>) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for index in 0..<16 {
            let mask = Self.structure(index).map { inverted.contains(index) ? 1 - $0 : $0 }
            let gray = Self.structure(index).enumerated().map { place, inside in
                UInt16(40 + Int(inside) * 120 + (place * 31 + index * 7) % 40)
            }
            let image = GrayImage(width: 64, height: 64, maximum: 255, pixels: gray)
            for (part, bytes) in [
                ("images", try PNG.encode(image)),
                ("masks", try PNG.encode(mask: mask, width: 64, height: 64)),
            ] {
                let place = folder.url.appendingPathComponent(part)
                try FileManager.default.createDirectory(
                    at: place, withIntermediateDirectories: true)
                try ImageFile.write(
                    bytes, to: place.appendingPathComponent("i\(100 + index).png"))
            }
        }
        return folder
    }

    private func trained(_ folder: TemporaryFolder, side: Int) throws -> [DatasetFinding] {
        do throws(DatasetError) {
            return try DatasetEntry.ownFolder(".").load(
                folder.root, LoadOptions(side: side, cache: nil)
            ).findings
        } catch {
            guard case .unsound(_, let finding) = error else { throw error }
            return [finding]
        }
    }

    @Test(arguments: [[], [4], Array(0..<8)])
    func invertedMasksOfSmallStructures(places: [Int]) throws {
        let folder = try folder(inverted: Set(places))
        let checked = try #require(try DatasetEntry.ownFolder(".").check(folder.root)).findings
            .filter { $0.kind == .invertedMask }
        #expect(checked.flatMap(\.items) == places.map { "i\(100 + $0)" })
        for side in [16, 32, 64, 128] {
            let found = try trained(folder, side: side).filter { $0.kind == .invertedMask }
            #expect(found == checked, "at \(side)")
        }
    }

    @Test func masksThatAreLostAtASize() throws {
        let set = try MaskSet { index, pixels in
            try PNG.encode(
                mask: pixels.indices.map { index == 3 && $0 != 229 ? 0 : pixels[$0] },
                width: MaskSet.width, height: MaskSet.height)
        }
        let entry = DatasetEntry.ownFolder(".")
        #expect(try !set.checked().contains { $0.kind == .lostMask })
        let report = try #require(try entry.check(set.folder.root, side: 16))
        let found = report.findings.filter { $0.kind == .lostMask }
        #expect(found.map(\.items) == [["i3"]])
        let dataset = try entry.load(set.folder.root, LoadOptions(side: 16, cache: nil))
        #expect(dataset.findings.filter { $0.kind == .lostMask } == found)
    }

    /// An image that nothing is trained on is looked at all the same, also where the arrays come from
    /// the cache.
    @Test func brokenImagesWithoutAMask() throws {
        let set = try MaskSet(count: 40)
        let folder = try TemporaryFolder()
        let cache = DatasetCache(folder: folder.url)
        let file = "images/x.png"
        try set.put(PNG.encode(MaskSet.image(77)), file)
        #expect(try set.trained(cache: cache).allSatisfy { $0.severity != .error })
        for bytes in [Array("no picture".utf8), []] {
            try set.put(bytes, file)
            let checked = try set.checked().filter { $0.severity == .error }
            #expect(checked.map(\.kind) == [.brokenFile])
            #expect(try set.trained(cache: cache).map(\.kind) == [.brokenFile])
        }
    }

    @Test func oneMaskForAll() throws {
        let set = try MaskSet { _, _ in try MaskSet.png(0, MaskSet.pixels(0)) }
        for found in [try set.checked(), try set.trained()] {
            let equal = found.filter { $0.kind == .equalMasks }
            #expect(equal.map(\.text) == ["all 10 images have one and the same mask"])
        }
    }

    @Test func oneDrawingAmongPatients() throws {
        let set = try MaskSet()
        let drawn = try TemporaryFolder()
        try drawn.write(.mcx, count: 1)
        let image = drawn.url.appendingPathComponent("MontgomerySet/CXR_png/MCUCXR_0001_0.png")
        try set.put(ImageFile.bytes(of: image), "images/drawn.png")
        try set.put(PNG.encode(mask: Self.structure(3), width: 64, height: 64), "masks/drawn.png")
        for found in [try set.checked(), try set.trained()] {
            let told = found.filter { $0.kind == .drawnAmongOthers }
            #expect(told.map(\.items) == [["drawn"]])
            #expect(told.first?.severity == .warning)
        }
    }

    @Test func whatLiesAmongTheImages() throws {
        let set = try MaskSet()
        try set.put(PNG.encode(MaskSet.image(5)), "images/a.png")
        try FileManager.default.createDirectory(
            at: set.folder.url.appendingPathComponent("images/more"),
            withIntermediateDirectories: true)
        try set.put(PNG.encode(MaskSet.image(6)), "images/more/b.png")
        try set.put(Array("file,class\ni1.png,1\n".utf8), "images/labels.csv")
        for found in [try set.checked(), try set.trained()] {
            let told = found.filter { $0.kind == .otherFolder }
            #expect(told.map(\.items) == [["more"], ["labels.csv"]])
        }
    }

    /// Rows between two stray quotes must not vanish into a field.
    @Test(arguments: [
        "i1.png,\"0,p1,train\ni2.png,1\",p2,test", "i1.png,0,\"p1,train\ni2.png,1,p2\",test",
    ])
    func rowsInsideQuotes(rows: String) throws {
        let set = try MaskSet(labels: "file,class,patient,split\n\(rows)\ni3.png,1,p3,train\n")
        let found = try set.checked().filter { $0.kind == .badRow }
        #expect(found.first?.items.first?.hasPrefix("line 2: ") == true)
        #expect(throws: DatasetError.self) { try set.loaded() }
    }

    @Test func wordsOverSeveralLinesAreNoRows() throws {
        let set = try MaskSet(
            labels: "file,class,note\ni1.png,0,\"clear, as far\nas is seen, at least\"\ni2.png,1,\n"
        )
        #expect(try !set.checked().contains { $0.kind == .badRow })
    }
}
