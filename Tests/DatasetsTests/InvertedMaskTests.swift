import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// Lung masks that show the background.
struct InvertedMaskTests {
    private let options = LoadOptions(side: 32, cache: nil)

    private func invert(_ folder: TemporaryFolder, _ paths: [String]) throws {
        for path in paths {
            let place = folder.url.appendingPathComponent(path)
            for name in try FileManager.default.contentsOfDirectory(atPath: place.path) {
                let file = place.appendingPathComponent(name)
                let mask = try MaskImage(ImageFile.bytes(of: file), name: file.path)
                try ImageFile.write(
                    PNG.encode(
                        mask: mask.pixels.map { 1 - $0 }, width: mask.width, height: mask.height),
                    to: file)
            }
        }
    }

    @Test(arguments: [["leftMask"], ["rightMask"], ["leftMask", "rightMask"]])
    func pairs(sides: [String]) throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 6)
        let before = try DatasetEntry.montgomery.load(folder.root, options)
        #expect(before.findings.isEmpty)
        try invert(folder, sides.map { "MontgomerySet/ManualMask/\($0)" })
        let after = try DatasetEntry.montgomery.load(folder.root, options)
        #expect(after.masks == before.masks)
        #expect(after.notes.first?.hasPrefix("6 masks showing the background inverted: ") == true)
        let report = try #require(try DatasetEntry.montgomery.check(folder.root))
        #expect(report.findings.map(\.kind) == [.lungFraction] && report.isSound)
    }

    @Test func singleFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write(.scx, count: 6)
        let before = try DatasetEntry.shenzhen.load(folder.root, LoadOptions(side: 64, cache: nil))
        try invert(folder, ["ChinaSet_AllFiles/mask"])
        let after = try DatasetEntry.shenzhen.load(folder.root, LoadOptions(side: 64, cache: nil))
        #expect(after.masks == before.masks)
        #expect(after.findings.map(\.kind) == [.lungFraction])
    }

    @Test func oneLungMissing() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 6)
        let none = try PNG.encode(
            mask: [UInt8](repeating: 0, count: 64 * 64), width: 64, height: 64)
        let file = "MontgomerySet/ManualMask/leftMask/MCUCXR_0001_0.png"
        try ImageFile.write(none, to: folder.url.appendingPathComponent(file))
        let after = try DatasetEntry.montgomery.load(folder.root, options)
        #expect(
            after.notes.contains("1 image with one of several masks empty: MCUCXR_0001_0"))
    }

    /// The same mask for training and for `predict`, which unites at the image's own size.
    @Test func oneMaskAtEverySize() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 4)
        try invert(folder, ["MontgomerySet/ManualMask/leftMask"])
        let source = try #require(try DatasetEntry.montgomery.list?(folder.root).sources.first)
        let files = try source.masks.map { try MaskImage(ImageFile.bytes(of: $0), name: $0.path) }
        let drawn = DrawnMask(files, width: 64, height: 64, lungs: .both)
        #expect(drawn.isInverted)
        let dataset = try DatasetEntry.montgomery.load(
            folder.root, LoadOptions(side: 64, cache: nil))
        #expect(Array(dataset.mask(0)) == drawn.pixels)
    }
}
