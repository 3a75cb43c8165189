import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// The same releases under the names and formats in which people have them.
struct WildLayoutTests {
    private func move(_ folder: TemporaryFolder, _ from: String, _ to: String) throws {
        let target = folder.url.appendingPathComponent(to)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            at: folder.url.appendingPathComponent(from), to: target)
    }

    @Test(arguments: [
        "ChinaSet_AllFiles/mask/mask", "ChinaSet_AllFiles/masks", "mask", "mask/mask",
        "ChinaSet_AllFiles/ManualMask", "ChinaSet_AllFiles/Mask/MASK",
    ])
    func shenzhenMasks(place: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(.scx, count: 3)
        let scx = DatasetEntry.shenzhen
        let before = try scx.load(folder.root, LoadOptions(side: 16))
        try move(folder, "ChinaSet_AllFiles/mask", "away")
        try move(folder, "away", place)
        let after = try scx.load(folder.root, LoadOptions(side: 16))
        #expect(after.fingerprint == before.fingerprint && after.masks == before.masks)
    }

    @Test(arguments: ["", "Montgomery/", "NLM-MontgomeryCXRSet/"])
    func montgomeryInOtherCapitals(outer: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        let mcx = DatasetEntry.montgomery
        let before = try mcx.load(folder.root, LoadOptions(side: 16))
        try move(folder, "MontgomerySet/CXR_png", "MontgomerySet/cxr_PNG")
        let mask = "MontgomerySet/ManualMask/leftMask"
        try move(folder, "\(mask)/MCUCXR_0001_0.png", "\(mask)/mcucxr_0001_0.PNG")
        try move(folder, mask, "MontgomerySet/ManualMask/LeftMask")
        try move(folder, "MontgomerySet", "away")
        try move(folder, "away", "\(outer)montgomerySet")
        let after = try mcx.load(folder.root, LoadOptions(side: 16))
        #expect(after.fingerprint == before.fingerprint && after.masks == before.masks)
    }

    @Test func masksElsewhereBelongToOthers() throws {
        let folder = try TemporaryFolder()
        try folder.write(.scx, count: 2)
        try move(folder, "ChinaSet_AllFiles", "NLM-ChinaCXRSet/ChinaSet_AllFiles")
        try move(folder, "NLM-ChinaCXRSet/ChinaSet_AllFiles/mask", "mask/mask")
        let scx = DatasetEntry.shenzhen
        #expect(try scx.load(folder.root, LoadOptions(side: 16)).examples.count == 2)
        // A folder of another set beside it is neither used nor complained about.
        let stranger = folder.url.appendingPathComponent("mask/mine.png")
        try ImageFile.write(
            PNG.encode(mask: [0, 1, 1, 0], width: 2, height: 2), to: stranger)
        #expect(try scx.load(folder.root, LoadOptions(side: 16)).examples.count == 2)
    }

    /// The Kaggle copy: both chest sets in one folder, Montgomery's lungs united in one mask.
    @Test func bothSetsInOneFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 3)
        try folder.write(.scx, count: 3)
        let apart = [DatasetEntry.montgomery, .shenzhen]
        let before = try apart.map { try $0.load(folder.root, LoadOptions(side: 16)) }
        for example in before[0].examples {
            let name = "\(example.id).png"
            var united = GrayImage(width: 64, height: 64)
            for side in ["leftMask", "rightMask"] {
                let file = folder.url.appendingPathComponent(
                    "MontgomerySet/ManualMask/\(side)/\(name)")
                let mask = try PNG.decode(ImageFile.bytes(of: file), name: name)
                for i in mask.pixels.indices where mask.pixels[i] > 0 { united.pixels[i] = 255 }
            }
            let target = folder.url.appendingPathComponent("ChinaSet_AllFiles/mask/\(name)")
            try ImageFile.write(PNG.encode(united), to: target)
            try move(folder, "MontgomerySet/CXR_png/\(name)", "ChinaSet_AllFiles/CXR_png/\(name)")
        }
        try folder.remove("MontgomerySet")
        try move(folder, "ChinaSet_AllFiles/CXR_png", "Lung Segmentation/CXR_png")
        try move(folder, "ChinaSet_AllFiles/mask", "Lung Segmentation/masks")
        try folder.remove("ChinaSet_AllFiles")
        let after = try apart.map { try $0.load(folder.root, LoadOptions(side: 16)) }
        for (old, new) in zip(before, after) {
            #expect(new.examples.map(\.id) == old.examples.map(\.id))
            #expect(new.images == old.images && new.masks == old.masks)
        }
    }

    @Test func shenzhenWithoutSomeMasks() throws {
        let folder = try TemporaryFolder()
        try folder.write(.scx, count: 4)
        try folder.remove("ChinaSet_AllFiles/mask/CHNCXR_0002_1_mask.png")
        let scx = DatasetEntry.shenzhen
        let masked = try scx.load(folder.root, LoadOptions(side: 16))
        #expect(masked.examples.count == 3)
        #expect(masked.notes == ["1 image without a mask left out"])
        let all = try scx.load(folder.root, LoadOptions(side: 16, unmasked: .include))
        #expect(all.examples.map(\.hasMask) == [true, false, true, true])
        #expect(all.mask(1).allSatisfy { $0 == 0 })
        #expect(all.fingerprint != masked.fingerprint)
    }

    @Test func jsrtConvertedToPNGAndMovedTogether() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 4)
        let jcx = DatasetEntry.jsrt
        let before = try jcx.load(folder.root, LoadOptions(side: 16))
        let images = folder.url.appendingPathComponent("All247images")
        try folder.remove("All247images/phantom.json")
        for name in try FileManager.default.contentsOfDirectory(atPath: images.path) {
            let file = images.appendingPathComponent(name)
            let image = try JSRTImage.decode(ImageFile.bytes(of: file), name: name)
            let wide = GrayImage(
                width: image.width, height: image.height, maximum: 65535,
                pixels: image.pixels.map { $0 * 16 })
            let png = file.deletingPathExtension().appendingPathExtension("png")
            try ImageFile.write(PNG.encode(wide), to: png)
            try FileManager.default.removeItem(at: file)
        }
        try move(folder, "All247images", "JSRT/All247images")
        try move(folder, "scratch", "SCR/scratch")
        let after = try jcx.load(folder.root, LoadOptions(side: 16))
        #expect(after.examples.map(\.id) == before.examples.map(\.id))
        #expect(after.masks == before.masks)
        for (a, b) in zip(after.images, before.images) { #expect(abs(a - b) < 1e-5) }
    }

    @Test func jsrtWithHalfAMask() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 2)
        try folder.remove("scratch/fold1/masks/left lung/JPCNN001.gif")
        let error = #expect(throws: DatasetError.self) {
            try DatasetEntry.jsrt.load(folder.root, LoadOptions(side: 16))
        }
        #expect(error?.description.contains("JPCNN001.IMG has no mask") == true)
    }

    @Test func foldersThatCannotBeListed() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        let images = folder.url.appendingPathComponent("MontgomerySet/CXR_png")
        try FileManager.default.removeItem(at: images)
        try FileManager.default.createSymbolicLink(at: images, withDestinationURL: images)
        #expect(throws: DatasetError.self) {
            try DatasetEntry.montgomery.load(folder.root, LoadOptions(side: 16))
        }
    }

    @Test func shenzhenReadings() {
        let reading = ClinicalReading(text: "male 63yrs\r\nbilateral  PTB\r\n")
        #expect(reading == ClinicalReading(sex: "M", age: 63, finding: "bilateral PTB"))
    }
}
