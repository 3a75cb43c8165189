import Domain
import Foundation
import Imaging
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
