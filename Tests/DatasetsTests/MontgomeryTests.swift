import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

struct MontgomeryTests {
    private let mcx = DatasetEntry.montgomery

    @Test func readsReadingsPatientsAndLabels() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 4)
        let dataset = try mcx.load(folder.root, LoadOptions(side: 16))
        #expect(dataset.classNames == ["normal", "tuberculosis"])
        let first = try #require(dataset.examples.first)
        #expect(first.patient == "MCUCXR_0001")
        #expect(first.reading == ClinicalReading(sex: "F", age: 20, finding: "normal"))
    }

    @Test func isFoundUnderItsOtherName() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        let plain = try mcx.load(folder.root, LoadOptions(side: 16))
        let outer = folder.url.appendingPathComponent("NLM-MontgomeryCXRSet")
        try FileManager.default.createDirectory(at: outer, withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            at: folder.url.appendingPathComponent("MontgomerySet"),
            to: outer.appendingPathComponent("MontgomerySet"))
        let moved = try mcx.load(folder.root, LoadOptions(side: 16))
        #expect(moved.fingerprint == plain.fingerprint)
        #expect(moved.masks == plain.masks)
    }

    @Test func fingerprintFollowsContent() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        let before = try mcx.load(folder.root, LoadOptions(side: 16)).fingerprint
        let name = "MontgomerySet/ManualMask/leftMask/MCUCXR_0001_0.png"
        try ImageFile.write(
            PNG.encode(
                mask: (0..<(64 * 64)).map { $0 % 64 < 18 ? 1 : 0 }, width: 64, height: 64),
            to: folder.url.appendingPathComponent(name))
        #expect(try mcx.load(folder.root, LoadOptions(side: 16)).fingerprint != before)
    }

    @Test func missingFolderNamesThePlaces() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: DatasetError.self) {
            try mcx.load(folder.root, LoadOptions())
        }
        let text = error?.description ?? ""
        #expect(text.contains(folder.url.appendingPathComponent("MontgomerySet/CXR_png").path))
        #expect(error?.isMissingInput == true)
    }

    @Test func imageWithoutMaskAndMaskWithoutImage() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 3)
        try folder.remove("MontgomerySet/ManualMask/rightMask/MCUCXR_0001_0.png")
        var error = #expect(throws: DatasetError.self) {
            try mcx.load(folder.root, LoadOptions(side: 16))
        }
        #expect(error?.description.contains("MCUCXR_0001_0.png has no mask") == true)
        try folder.remove("MontgomerySet/CXR_png/MCUCXR_0001_0.png")
        error = #expect(throws: DatasetError.self) {
            try mcx.load(folder.root, LoadOptions(side: 16))
        }
        #expect(error?.description.contains("MCUCXR_0001_0.png has no image") == true)
    }

    @Test func brokenImagesNameTheFile() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        let image = folder.url.appendingPathComponent("MontgomerySet/CXR_png/MCUCXR_0001_0.png")
        let bytes = try ImageFile.bytes(of: image)
        try ImageFile.write(Array(bytes.prefix(bytes.count / 2)), to: image)
        #expect(
            throws: DatasetError.image(
                .truncated(file: image.path, reason: "the file ends early"))
        ) { try mcx.load(folder.root, LoadOptions(side: 16)) }
        try ImageFile.write(Array("<html>".utf8), to: image)
        #expect(
            throws: DatasetError.image(
                .wrongFormat(
                    file: image.path,
                    expected: "an image (\(ImageFormatRegistry.list(joining: "or")))",
                    found: "\"<html>\""))
        ) { try mcx.load(folder.root, LoadOptions(side: 16)) }
    }

    @Test func invertedMasksAreTurnedAndNoted() throws {
        let folder = try TemporaryFolder()
        try folder.write(.scx, count: 3)
        let entry = try DatasetRegistry.require("scx")
        let before = try entry.load(folder.root, LoadOptions(side: 32))
        let file = folder.url.appendingPathComponent(
            "ChinaSet_AllFiles/mask/\(before.examples[0].id)_mask.png")
        let mask = try PNG.decode(ImageFile.bytes(of: file), name: file.path)
        try ImageFile.write(
            PNG.encode(mask: mask.pixels.map { $0 == 0 ? 1 : 0 }, width: 64, height: 64), to: file)
        let after = try entry.load(folder.root, LoadOptions(side: 32))
        #expect(after.notes.count == 1 && after.notes[0].contains("inverted"))
        // Only pixels exactly half covered may differ.
        let differing = zip(before.mask(0), after.mask(0)).filter { $0 != $1 }.count
        #expect(differing <= 40, "\(differing) pixels differ")
        #expect(after.mask(1) == before.mask(1))
    }

    @Test func unknownNamesSuggestTheNearest() {
        let error = #expect(throws: DatasetError.self) { try DatasetRegistry.require("mxc") }
        #expect(error?.description.contains("did you mean 'mcx'") == true)
    }
}
