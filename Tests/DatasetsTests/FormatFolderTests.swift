import Domain
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

/// Folders of one's own with images in every format.
struct FormatFolderTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus")

    private func jpeg() throws -> [UInt8] {
        try ImageFile.bytes(of: Self.corpus.appendingPathComponent("jpeg/gray.jpg"))
    }

    private func mask() throws -> [UInt8] {
        let inside = (0..<38 * 33).map { UInt8($0 % 38 < 20 ? 1 : 0) }
        return try PNG.encode(mask: inside, width: 38, height: 33)
    }

    private func dicom() -> [UInt8] {
        DICOMPhantom(
            width: 38, height: 33, stored: (0..<38 * 33).map { UInt16($0) }
        ).bytes
    }

    @Test func imagesOfEveryFormatAreRead() throws {
        let set = try MaskSet(count: 0)
        let picture = try jpeg()
        let images = [
            ("a.jpg", picture), ("b.dcm", dicom()), ("c", dicom()), ("d.JPEG", picture),
        ]
        for (name, bytes) in images {
            try set.put(bytes, "images/\(name)")
            let stem = URL(fileURLWithPath: name).stem
            try set.put(mask(), "masks/\(stem)_mask.png")
        }
        try set.put(Array("file,class\na.jpg,x\nb,y\nc,x\nd.JPEG,y\n".utf8), "labels.csv")
        let loaded = try set.loaded()
        #expect(loaded.examples.map(\.id) == ["a", "b", "c", "d"])
        #expect(loaded.examples.map(\.classIndex) == [0, 1, 0, 1])
        #expect(loaded.examples.allSatisfy { $0.originalWidth == 38 && $0.originalHeight == 33 })
        let found = try set.checked()
        #expect(!found.contains { $0.kind == .otherFormat || $0.kind == .badRow }, "\(found)")
    }

    @Test func aMaskSavedAsJPEGStopsTheSet() throws {
        let set = try MaskSet()
        try set.put(jpeg(), "masks/i3.jpg")
        // A mask of the same name in a format that keeps values is taken, as before.
        #expect(try set.loaded().examples.count == 10)
        let other = try MaskSet { index, pixels in
            index == 3 ? nil : try MaskSet.png(index, pixels)
        }
        try other.put(jpeg(), "masks/i3.jpg")
        let error = #expect(throws: DatasetError.self) { try other.loaded() }
        #expect(
            error?.description.hasSuffix(
                "masks/i3.jpg is compressed as JPEG, which changes values near edges, so it cannot be "
                    + "a mask; write masks as PNG or GIF") == true,
            "\(String(describing: error))")
        #expect(try other.checked().contains { $0.text.contains("it cannot be a mask") })
    }

    @Test func spacingSurvivesTheCache() throws {
        let set = try MaskSet(count: 0)
        let cacheFolder = try TemporaryFolder()
        for index in 0..<6 {
            // Large enough to be kept.
            var image = DICOMPhantom(
                width: 700, height: 600,
                stored: (0..<700 * 600).map { UInt16(($0 * (7 + index)) & 4095) })
            if index != 2 { image.set(0x0028_0030, "DS", "0.2\\0.3") }
            try set.put(image.bytes, "images/i\(index).dcm")
            let inside = (0..<700 * 600).map { UInt8($0 % 700 < 300 ? 1 : 0) }
            try set.put(
                PNG.encode(mask: inside, width: 700, height: 600), "masks/i\(index).png")
        }
        let options = LoadOptions(side: 32, cache: DatasetCache(folder: cacheFolder.url))
        for _ in 0..<2 {
            let loaded = try DatasetEntry.ownFolder(".").load(set.folder.root, options)
            let spacings = loaded.examples.map(\.spacing)
            #expect(spacings[0] == PixelSpacing(rows: 0.2, columns: 0.3))
            #expect(spacings[2] == nil && spacings.count == 6)
        }
    }

    /// A set that was trained before JPEG was read is the same set.
    @Test func copiesBesideUsualFormatsChangeNothing() throws {
        let set = try MaskSet()
        let before = try set.loaded()
        try set.put(jpeg(), "images/i3.jpg")
        try set.put(dicom(), "images/i4.dcm")
        let after = try set.loaded()
        #expect(after.fingerprint == before.fingerprint && after.images == before.images)
        let left = try set.checked().filter { $0.kind == .otherFormat }
        #expect(left.flatMap(\.items) == ["i4.dcm", "i3.jpg"])
    }

    @Test func releasesAreReadInTheirOwnFormatsOnly() throws {
        let folder = try TemporaryFolder()
        try folder.write(.spine, count: 12)
        let entry = try DatasetRegistry.require("spine")
        let before = try entry.load(folder.root, LoadOptions(side: 16, cache: nil))
        try ImageFile.write(jpeg(), to: folder.url.appendingPathComponent("SPINE/images/x_1_0.jpg"))
        let after = try entry.load(folder.root, LoadOptions(side: 16, cache: nil))
        #expect(after.fingerprint == before.fingerprint)
        #expect(after.findings.contains { $0.text.hasSuffix("; convert JPEG to PNG") })
    }
}
