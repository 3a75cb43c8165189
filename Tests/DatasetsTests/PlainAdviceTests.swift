import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// What is said of files that are there twice, under nearly a name, or in no format that is read.
struct PlainAdviceTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus")

    private func jpeg() throws -> [UInt8] {
        try ImageFile.bytes(of: Self.corpus.appendingPathComponent("jpeg/gray.jpg"))
    }

    /// Ten PNGs, and a JPEG of the name of the first.
    private func twice(_ labels: String) throws -> MaskSet {
        let rows = (1..<10).map { "i\($0).png,b\n" }.joined()
        let set = try MaskSet(labels: "file,class\n" + labels + rows)
        try set.put(jpeg(), "images/i0.JPG")
        return set
    }

    @Test func anImageThatIsThereTwiceIsOne() throws {
        let set = try twice("i0.JPG,a\n")
        let found = try set.checked()
        #expect(!found.contains { $0.severity == .error }, "\(found)")
        let left = try #require(found.first { $0.kind == .otherFormat })
        #expect(
            left.text
                == "1 file .jpg in images left out beside .png of the same name, which is taken")
        #expect(left.items == ["i0.JPG"])
        let loaded = try set.loaded()
        #expect(loaded.examples.count == 10 && loaded.examples[0].classIndex == 0)
        #expect(loaded.examples[1].classIndex == 1)
    }

    @Test(arguments: ["i0.JPG,a\ni0.png,b\n", "i0,a\ni0.jpeg,b\n", "i0.JPG,a\ni0.dcm,b\n"])
    func oneImageHasOneRow(labels: String) throws {
        let rows = try #require(try twice(labels).checked().first { $0.kind == .badRow })
        #expect(
            rows.severity == .error && rows.items.allSatisfy { $0.contains("is the image of line") }
        )
    }

    /// A converted image keeps the name that it had: its own row comes before that of another.
    @Test func namesWithTwoEndingsAreTheirOwn() throws {
        let set = try MaskSet()
        try set.put(PNG.encode(MaskSet.image(30)), "images/i0.jpg.png")
        try set.put(try #require(try MaskSet.png(3, MaskSet.pixels(3))), "masks/i0.jpg.png")
        let rows = "i0.jpg,a\ni0.png,b\n" + (1..<10).map { "i\($0).png,b\n" }.joined()
        try set.put(Array(("file,class\n" + rows).utf8), "labels.csv")
        let loaded = try set.loaded()
        let classes = Dictionary(
            uniqueKeysWithValues: loaded.examples.map { ($0.id, $0.classIndex) })
        #expect(classes["i0.jpg"] == 0 && classes["i0"] == 1)
    }

    @Test func aRowWithNearlyANameIsToldIt() throws {
        let set = try MaskSet(labels: "file,class\nI3.png,a\ni33.png,a\nimage.png,b\n")
        let rows = try #require(try set.checked().first { $0.kind == .badRow })
        // Another number is another image.
        #expect(
            rows.items == [
                "line 2: there is no image 'I3.png'; did you mean 'i3.png'?",
                "line 3: there is no image 'i33.png'", "line 4: there is no image 'image.png'",
            ])
    }

    @Test func whatIsReadIsListedInFull() throws {
        let set = try MaskSet(count: 0)
        for name in ["a", "b", "c", "d"] {
            try set.put(jpeg(), "images/\(name).jpg")
            let inside = (0..<38 * 33).map { UInt8($0 % 38 < 20 ? 1 : 0) }
            try set.put(PNG.encode(mask: inside, width: 38, height: 33), "masks/\(name).png")
        }
        try set.put([0x49, 0x49, 0x2A, 0], "images/e.tif")
        let left = try #require(try set.checked().first { $0.kind == .otherFormat })
        #expect(
            left.text.hasPrefix(
                "1 file .tif in images left out, where \(ImageFormatRegistry.list()) are read; TIFF:"
            ),
            "\(left.text)")
    }

    @Test func masksSavedAsJPEGAreOneFinding() throws {
        let set = try MaskSet { _, _ in nil }
        for index in 0..<10 { try set.put(jpeg(), "masks/i\(index).jpg") }
        try set.put([], "images/x.png")
        let broken = try set.checked().filter { $0.kind == .brokenFile }
        #expect(broken.count == 2, "\(broken)")
        let masks = try #require(broken.first { $0.items.count == 10 })
        #expect(masks.text.contains("is compressed as JPEG"))
        #expect(masks.text.hasSuffix("; the same of 10 files"))
        #expect(masks.items.allSatisfy { $0.hasSuffix(".jpg") })
    }

    @Test func classesAreTellableFromTheirNumbers() throws {
        let rows = (0..<10).map { "i\($0).png,\($0 < 4 ? "0" : "\"tumor, benign\"")\n" }
        let set = try MaskSet(labels: "file,class\n" + rows.joined())
        let entry = DatasetEntry.ownFolder(".")
        let text = try #require(try entry.check(set.folder.root)).text()
        #expect(text.contains("0: 4, \"tumor, benign\": 6"), "\(text)")
        // Without classes there is no row of them.
        let bare = try MaskSet()
        let plain = try #require(try entry.check(bare.folder.root))
        #expect(!plain.text().contains("classes") && plain.classes.map(\.name) == ["(none)"])
    }

    @Test func foldersOfOnesOwnAreSuggested() throws {
        let base = try TemporaryFolder()
        let set = try MaskSet()
        for name in ["organs-csv", "lab"] {
            try FileManager.default.copyItem(
                at: set.folder.url, to: base.url.appendingPathComponent(name))
        }
        for (name, meant) in [
            ("organs-csv", "folder:organs-csv"), ("data/organs-csv", "folder:organs-csv"),
            ("organs", "folder:organs-csv"), ("organs-cvs", "folder:organs-csv"), ("mxc", "mcx"),
        ] {
            let error = #expect(throws: DatasetError.self) {
                try DatasetRegistry.require(name, below: base.root)
            }
            #expect(
                error?.description.contains("'\(name)'; did you mean '\(meant)'? known: mcx")
                    == true,
                "\(error?.description ?? "")")
        }
        let near = #expect(throws: DatasetError.self) {
            try DatasetRegistry.require("folder:organs", below: base.root).load(base.root)
        }
        #expect(near?.description.contains("; did you mean 'folder:organs-csv'?") == true)
        let far = #expect(throws: DatasetError.self) {
            try DatasetRegistry.require("folder:zzzzzzzz").load(base.root)
        }
        #expect(far?.description.hasSuffix("; known: folder:lab, folder:organs-csv") == true)
    }
}
