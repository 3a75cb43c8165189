import Foundation
import Imaging
import Testing

@testable import Datasets

struct ReportTests {
    private func kinds(_ report: DatasetReport?) -> [DatasetFinding.Kind] {
        report?.findings.map(\.kind) ?? []
    }

    @Test func aSoundDataset() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 5)
        let report = try #require(try DatasetEntry.montgomery.check(folder.root))
        #expect(report.isSound && report.findings.isEmpty)
        #expect(report.images == 5 && report.masked == 5 && report.maskFiles == 10)
        #expect(report.classes.map(\.images) == [3, 2])
        #expect(report.sizes == [DatasetReport.Count(name: "64 x 64", count: 5)])
        #expect(report.pixels == [DatasetReport.Count(name: "8-bit gray", count: 5)])
        #expect(report.patients == 5)
        #expect(report.readings?.count == 5 && report.readings?.female == 3)
        let loaded = try DatasetEntry.montgomery.load(folder.root, LoadOptions(side: 16))
        #expect(report.fingerprint == loaded.fingerprint)
        #expect(report.text().contains("nothing wrong"))
    }

    @Test func everyFaultIsFound() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 6)
        let images = folder.url.appendingPathComponent("MontgomerySet/CXR_png")
        let masks = folder.url.appendingPathComponent("MontgomerySet/ManualMask/leftMask")
        let names = try FileManager.default.contentsOfDirectory(atPath: images.path).sorted()
        // 0 is cut short, 1 has the content of 2, 3 lacks a mask, 4's mask has another shape and
        // covers nothing plausible, one mask has no image.
        let first = try ImageFile.bytes(of: images.appendingPathComponent(names[0]))
        try ImageFile.write(Array(first.prefix(80)), to: images.appendingPathComponent(names[0]))
        let copy = try ImageFile.bytes(of: images.appendingPathComponent(names[2]))
        try ImageFile.write(copy, to: images.appendingPathComponent(names[1]))
        try FileManager.default.removeItem(at: masks.appendingPathComponent(names[3]))
        let full = [UInt8](repeating: 1, count: 64 * 32)
        try ImageFile.write(
            PNG.encode(mask: full, width: 64, height: 32),
            to: masks.appendingPathComponent(names[4]))
        try ImageFile.write(
            PNG.encode(mask: full, width: 64, height: 32),
            to: masks.appendingPathComponent("MCUCXR_9999_0.png"))

        let report = try #require(try DatasetEntry.montgomery.check(folder.root))
        #expect(!report.isSound)
        #expect(
            Set(kinds(report)) == [
                .brokenFile, .duplicateContent, .missingMask, .sizeMismatch, .fullMask,
                .extraMask, .drawnAmongOthers,
            ])
        // Compressed otherwise, it still shows the same.
        let twin = images.appendingPathComponent(names[1])
        let image = try PNG.decode(copy, name: names[2])
        try ImageFile.write(PNG.encode(image, compression: .fast), to: twin)
        #expect(try ImageFile.bytes(of: twin) != copy)
        let again = try #require(try DatasetEntry.montgomery.check(folder.root))
        #expect(kinds(again).contains(.duplicateContent))

        let equal = report.findings.first { $0.kind == .duplicateContent }
        #expect(equal?.items == ["\(names[1].dropLast(4)) = \(names[2].dropLast(4))"])
        #expect(report.findings.first?.severity == .error)
        let text = report.text()
        #expect(text.contains(names[0]) && text.contains("is truncated"))
    }

    @Test func invertedImagesAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 4)
        #expect(try #require(try DatasetEntry.montgomery.check(folder.root)).findings == [])
        let images = folder.url.appendingPathComponent("MontgomerySet/CXR_png")
        let names = try FileManager.default.contentsOfDirectory(atPath: images.path).sorted()
        let file = images.appendingPathComponent(names[1])
        var image = try PNG.decode(try ImageFile.bytes(of: file), name: names[1])
        for index in image.pixels.indices {
            image.pixels[index] = image.maximum - image.pixels[index]
        }
        try ImageFile.write(PNG.encode(image), to: file)
        let report = try #require(try DatasetEntry.montgomery.check(folder.root))
        // What was changed is no drawing any more.
        #expect(kinds(report) == [.polarity, .drawnAmongOthers] && report.isSound)
        #expect(report.findings.first?.items == ["\(names[1].dropLast(4))"])
    }

    @Test func presenceListsEveryEntry() throws {
        let folder = try TemporaryFolder()
        try folder.write(.scx, count: 2)
        let found = DatasetPresence.all(below: folder.root)
        #expect(found.map(\.dataset) == DatasetRegistry.names)
        #expect(found.first { $0.dataset == "scx" }?.images == 2)
        #expect(found.first { $0.dataset == "mcx" }?.remark == "not found")
    }

    @Test(.enabled(if: RealDataTests.has("ChinaSet_AllFiles")))
    func realCounts() throws {
        let montgomery = try #require(try DatasetEntry.montgomery.check(RealDataTests.root))
        #expect(montgomery.images == 138 && montgomery.masked == 138)
        #expect(montgomery.classes.map(\.images) == [80, 58])
        #expect(montgomery.isSound)
        let shenzhen = try #require(try DatasetEntry.shenzhen.check(RealDataTests.root))
        #expect(shenzhen.images == 662 && shenzhen.masked == 566 && shenzhen.maskFiles == 566)
        #expect(shenzhen.classes.map(\.images) == [326, 336])
        #expect(shenzhen.findings.first { $0.kind == .missingMask }?.items.count == 96)
        #expect(shenzhen.isSound)
    }

    @Test func ownFoldersAreFoundAndOtherPlacesNamed() throws {
        let set = try MaskSet()
        let base = try TemporaryFolder()
        try FileManager.default.copyItem(
            at: set.folder.url, to: base.url.appendingPathComponent("lungs"))
        let found = DatasetPresence.all(below: base.root)
        #expect(found.last?.dataset == "folder:lungs" && found.last?.images == 10)
        let above = try TemporaryFolder()
        try FileManager.default.copyItem(
            at: base.url, to: above.url.appendingPathComponent("demo"))
        #expect(DatasetPresence.all(below: above.root).allSatisfy { $0.images == nil })
        let hint = DatasetPresence.hint(below: DataRoot(above.url))
        #expect(hint == nil, "own folders are named by the folder above them")
        try base.write(.mcx, count: 12)
        try FileManager.default.copyItem(
            at: base.url, to: above.url.appendingPathComponent("drawn"))
        #expect(DatasetPresence.hint(below: above.root)?.hasSuffix("/drawn") == true)
    }
}
