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
        let report = try #require(
            try entry.check(
                set.folder.root, preparation: ImagePreparation(shape: .square(16))))
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
            let told = found.filter { $0.kind == .leftOut }
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

    /// Lists of folders follow links, as those of files do.
    @Test(arguments: ["images", "masks"])
    func foldersThatAreLinks(place: String) throws {
        let set = try MaskSet()
        let folder = set.folder.url.appendingPathComponent(place)
        let elsewhere = set.folder.url.appendingPathComponent("elsewhere")
        try FileManager.default.moveItem(at: folder, to: elsewhere)
        #expect(symlink(elsewhere.path, folder.path) == 0)
        #expect(try set.loaded().examples.count == 10)
        #expect(try set.loaded().masks == MaskSet().loaded().masks)
    }

    @Test func wordsForNothing() throws {
        let set = try MaskSet(
            labels: "file,class,patient\ni1.png,nan,p1\ni2.png,1,NA\ni3.png,1,NA\n")
        let found = try set.checked().filter { $0.text.contains("usually stands for none") }
        #expect(found.map(\.items) == [["nan"], ["NA"]])
    }

    @Test func masksOfTheBackgroundAlone() throws {
        let folder = try folder(inverted: Set(0..<16))
        let found = try #require(try DatasetEntry.ownFolder(".").check(folder.root)).findings
        #expect(found.contains { $0.kind == .invertedMask && $0.items.count > 8 })
    }

    /// A dark structure beside brighter ones that lie nearly where it would, turned.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func faintStructuresAreNotTurned(seed: UInt64) throws {
        var state = seed
        func draw(_ range: ClosedRange<Int>) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Int(state >> 33) % range.count
        }
        let folder = try TemporaryFolder()
        for index in 0..<12 {
            var gray = [Double](repeating: 60, count: 64 * 64)
            for (place, (name, value)) in [("left", 10.0), ("right", 80), ("tumour", -40)]
                .enumerated()
            {
                let (cy, cx) = (
                    20 + 14 * place + draw(-4...4), 20 + 12 * (place * 2 % 3) + draw(-4...4)
                )
                let (a, b) = (Double(draw(5...9)), Double(draw(4...7)))
                let mask = (0..<64 * 64).map { pixel -> UInt8 in
                    let (y, x) = (Double(pixel / 64 - cy) / a, Double(pixel % 64 - cx) / b)
                    return y * y + x * x < 1 ? 1 : 0
                }
                for pixel in mask.indices where mask[pixel] == 1 { gray[pixel] += value }
                let folder = folder.url.appendingPathComponent("masks/\(name)")
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true)
                try ImageFile.write(
                    PNG.encode(mask: mask, width: 64, height: 64),
                    to: folder.appendingPathComponent("p\(10 + index).png"))
            }
            let pixels = gray.map { UInt16(max(0, min(255, $0 + Double(draw(-9...9))))) }
            let images = folder.url.appendingPathComponent("images")
            try FileManager.default.createDirectory(at: images, withIntermediateDirectories: true)
            try ImageFile.write(
                PNG.encode(GrayImage(width: 64, height: 64, maximum: 255, pixels: pixels)),
                to: images.appendingPathComponent("p\(10 + index).png"))
        }
        let report = try #require(try DatasetEntry.ownFolder(".").check(folder.root))
        #expect(report.findings.filter { $0.severity == .error } == [])
    }
}
