import Domain
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

/// Drawn folders of one's own, of each kind.
struct PhantomFolderTests {
    private static let structures = ["left lung", "right lung", "heart", "clavicles"]

    private func draw(
        _ kind: PhantomMasks, into folder: TemporaryFolder, count: Int = 6,
        structures: [String] = structures
    ) throws -> Dataset {
        var options = PhantomOptions(count: count, size: .square(64), seed: 4)
        (options.structures, options.masks) = (structures, kind)
        _ = try PhantomWriter(layout: .folder, options: options).write(to: folder.url)
        return try DatasetEntry.ownFolder(".").load(
            folder.root, LoadOptions(side: 64, cache: nil))
    }

    @Test(arguments: PhantomMasks.allCases)
    func masksAreExact(kind: PhantomMasks) throws {
        let folder = try TemporaryFolder()
        let dataset = try draw(kind, into: folder)
        #expect(dataset.structures == Self.structures && dataset.examples.count == 6)
        #expect(dataset.classNames == ["normal", "tuberculosis"] && dataset.origin == .phantom)
        #expect(Set(dataset.examples.map(\.patient)).count == 6)
        for index in dataset.examples.indices {
            let drawn = PhantomGenerator.radiograph(
                index, seed: 4, layout: .folder, width: 64, height: 64)
            let exact = Self.structures.map { PhantomStructures.mask(of: $0, in: drawn) }
            for structure in exact.indices {
                // Of structures that overlap, a label map shows the later one.
                let above = exact[(structure + 1)...]
                let expected = exact[structure].indices.map { pixel in
                    kind.isExclusive && above.contains { $0[pixel] != 0 }
                        ? 0 : exact[structure][pixel]
                }
                #expect(dataset.mask(index, of: structure).pixels == expected)
            }
        }
        let report = try #require(try DatasetEntry.ownFolder(".").check(folder.root))
        #expect(report.isSound, "\(report.findings)")
        #expect(report.understood?.isEmpty == false)
    }

    /// Half of one drawing and half of another is no data set.
    @Test func anotherDrawingIsNotMixedIn() throws {
        let folder = try TemporaryFolder()
        _ = try draw(.labels, into: folder, count: 6)
        let before = try DatasetEntry.ownFolder(".").fingerprint(folder.root)
        // Fewer images, of which the table would list no others; and masks of another kind.
        for (kind, count) in [(PhantomMasks.labels, 4), (.folders, 6)] {
            let error = #expect(throws: DatasetError.self) {
                try draw(kind, into: folder, count: count)
            }
            #expect(error?.description.contains("holds another drawing") == true)
        }
        #expect(try DatasetEntry.ownFolder(".").fingerprint(folder.root) == before)
        // The same again and more of the same are no mixture.
        #expect(try draw(.labels, into: folder, count: 6).examples.count == 6)
        #expect(try draw(.labels, into: folder, count: 8).examples.count == 8)
        // Official layouts have no table of images: fewer of the same are the same images.
        let other = try TemporaryFolder()
        try other.write(.mcx, count: 4)
        try other.write(.mcx, count: 2)
        #expect(throws: DatasetError.self) { try other.write(.mcx, count: 2, seed: 4) }
        try other.write(.mcx, count: 4, seed: 4)
    }

    @Test func whatIsNotDrawnIsNotDrawnOver() throws {
        let folder = try TemporaryFolder()
        let table = folder.url.appendingPathComponent("labels.csv")
        try ImageFile.write(Array("file\nmine.png\n".utf8), to: table)
        #expect(throws: DatasetError.notDrawn(path: table.path)) { try draw(.labels, into: folder) }
        #expect(try ImageFile.bytes(of: table) == Array("file\nmine.png\n".utf8))
        try FileManager.default.removeItem(at: table)
        _ = try draw(.labels, into: folder)
        _ = try draw(.labels, into: folder, count: 7)
        let yaml = folder.url.appendingPathComponent("dataset.yaml")
        try ImageFile.write(Array("name: mine\n".utf8), to: yaml)
        #expect(throws: DatasetError.notDrawn(path: yaml.path)) { try draw(.labels, into: folder) }
    }

    /// Somebody's own images, wherever they lie in the folder, keep their masks and classes.
    @Test(arguments: [
        "images/a.png", "masks/lungs/a.png", "a.png", "scans/deep/er/a.JPG", "images/b/IM0001",
    ])
    func nothingIsDrawnAmongOthers(place: String) throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent(place)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let bytes =
            place.hasSuffix("png") || place.hasSuffix("JPG")
            ? try PNG.encode(GrayImage(width: 40, height: 40, filledWith: 9))
            : DICOMPhantom(width: 2, height: 1, stored: [1, 2]).bytes
        try ImageFile.write(bytes, to: file)
        #expect(throws: DatasetError.notDrawnBeside(path: file.path)) {
            try draw(.folders, into: folder)
        }
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).filter {
                !place.hasPrefix($0)
            }.isEmpty)
        var options = PhantomOptions(count: 3, size: .square(64), seed: 4)
        options.structures = ["lungs"]
        _ = try PhantomWriter(layout: .folder, options: options)
            .write(to: folder.url, replacing: true)
        #expect(try ImageFile.bytes(of: file) == bytes)
    }

    @Test func officialLayoutsWithOtherImagesAreNotDrawnInto() throws {
        for (layout, place) in [
            (PhantomLayout.mcx, "MontgomerySet/CXR_png/MCUCXR_0399_1.png"),
            (.scx, "ChinaSet_AllFiles/mask/mine.png"), (.jcx, "scratch/fold1/masks/heart/mine.gif"),
        ] {
            let folder = try TemporaryFolder()
            try folder.write(layout, count: 2)
            let file = folder.url.appendingPathComponent(place)
            let image = GrayImage(width: 40, height: 40, filledWith: 9)
            try ImageFile.write(PNG.encode(image), to: file)
            #expect(throws: DatasetError.notDrawnBeside(path: file.path)) {
                try folder.write(layout, count: 2)
            }
            // Another layout has folders of its own.
            try folder.write(layout == .mcx ? .scx : .mcx, count: 2)
        }
    }

    /// What other layouts drew is drawn.
    @Test func aFolderOfOnesOwnAboveOtherDrawings() throws {
        let folder = try TemporaryFolder()
        for layout in [PhantomLayout.jcx, .mcx, .spine] { try folder.write(layout, count: 2) }
        let options = PhantomOptions(count: 2, size: .square(64), seed: 4)
        _ = try PhantomWriter(layout: .folder, options: options).write(to: folder.url)
    }

    /// The one rule for outputs decides about all of a drawing before its first byte.
    @Test func placesOfOthersAreRefusedBeforeAnythingIsWritten() throws {
        let folder = try TemporaryFolder()
        let run = folder.url.appendingPathComponent("runs/\(String(repeating: "ab", count: 32))")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        try ImageFile.write([1], to: run.appendingPathComponent("best.safetensors"))
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).count
        for (layout, place) in [
            (PhantomLayout.mcx, run.appendingPathComponent("zz")), (.folder, run),
            (.jcx, run.appendingPathComponent("a/b")),
        ] {
            let options = PhantomOptions(count: 2, size: .square(64), seed: 4)
            #expect(throws: DatasetError.self) {
                try PhantomWriter(layout: layout, options: options).write(
                    to: place, replacing: true)
            }
        }
        // A folder where the last of several files is meant.
        let other = try TemporaryFolder()
        let table = other.url.appendingPathComponent("labels.csv")
        try FileManager.default.createDirectory(at: table, withIntermediateDirectories: true)
        #expect(throws: DatasetError.self) { try draw(.folders, into: other) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: other.url.path).count == 1)
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).count == before)
    }

    @Test func structuresAreCheckedBeforeAnythingIsWritten() throws {
        let folder = try TemporaryFolder()
        for (names, sentence) in [
            (["hart"], "there is no structure 'hart'; did you mean 'heart'?"),
            (["heart", "heart"], "names 'heart' twice"), ([], "names none"),
        ] {
            do {
                _ = try draw(.folders, into: folder, structures: names)
                Issue.record("drew \(names)")
            } catch let error as DatasetError {
                #expect(error.description.contains(sentence), "\(error)")
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }
}
