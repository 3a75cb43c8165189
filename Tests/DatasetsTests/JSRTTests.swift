import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// JSRT and SCR as released and as people have them.
struct JSRTTests {
    private let jcx = DatasetEntry.jsrt
    private let options = LoadOptions(side: 16, cache: nil)

    private func url(_ folder: TemporaryFolder, _ path: String) -> URL {
        folder.url.appendingPathComponent(path)
    }

    private func move(_ folder: TemporaryFolder, _ from: String, _ to: String) throws {
        try FileManager.default.createDirectory(
            at: url(folder, to).deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(at: url(folder, from), to: url(folder, to))
    }

    private func description(of folder: TemporaryFolder) -> String {
        do throws(DatasetError) {
            _ = try jcx.load(folder.root, options)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func classesComeFromNamesAndMasksFromBothFolds() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 6)
        for fold in ["fold1", "fold2"] {
            let lungs = url(folder, "scratch/\(fold)/masks/left lung")
            #expect(try FileManager.default.contentsOfDirectory(atPath: lungs.path).count == 3)
        }
        let dataset = try jcx.load(folder.root, options)
        #expect(dataset.examples.allSatisfy(\.hasMask) && dataset.examples.count == 6)
        for example in dataset.examples {
            #expect(example.classIndex == (example.id.hasPrefix("JPCLN") ? 1 : 0))
        }
        // Both lungs are united: with one of them emptied the mask shrinks.
        let first = dataset.examples[0].id
        for fold in ["fold1", "fold2"] {
            let file = url(folder, "scratch/\(fold)/masks/left lung/\(first).gif")
            guard file.isThere else { continue }
            let none = [UInt8](repeating: 0, count: 64 * 64)
            try ImageFile.write(GIF.encode(mask: none, width: 64, height: 64), to: file)
        }
        let half = try jcx.load(folder.root, options)
        let inside = dataset.mask(0).reduce(0) { $0 + Int($1) }
        let rest = half.mask(0).reduce(0) { $0 + Int($1) }
        #expect(rest > 0 && rest < inside)
    }

    @Test func namesInOtherCapitals() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 4)
        let before = try jcx.load(folder.root, options)
        for place in [
            "All247images", "scratch/fold1/masks/left lung", "scratch/fold2/masks/right lung",
        ] {
            for name in try FileManager.default.contentsOfDirectory(
                atPath: url(folder, place).path)
            where name != PhantomManifest.fileName {
                try move(folder, "\(place)/\(name)", "\(place)/\(name.lowercased())")
            }
        }
        try move(folder, "All247images", "all247images")
        try move(folder, "scratch/fold1/masks/left lung", "scratch/fold1/masks/Left Lung")
        try move(folder, "scratch", "SCRATCH")
        let after = try jcx.load(folder.root, options)
        #expect(after.fingerprint == before.fingerprint && after.masks == before.masks)
        #expect(after.examples.map(\.id) == before.examples.map(\.id))
    }

    @Test func oneFolderForEachClassAndMasksWithoutFolds() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 4)
        let before = try jcx.load(folder.root, options)
        for example in before.examples {
            let target = example.classIndex == 1 ? "Nodule154images" : "NonNodule93images"
            try move(
                folder, "All247images/\(example.id).IMG", "JSRT/\(target)/\(example.id).IMG")
            for lung in ["left lung", "right lung"] {
                for fold in ["fold1", "fold2"] {
                    let mask = "scratch/\(fold)/masks/\(lung)/\(example.id).gif"
                    guard url(folder, mask).isThere else { continue }
                    try move(folder, mask, "JSRT/Masks/\(lung)/\(example.id).gif")
                }
            }
        }
        try folder.remove("All247images")
        try folder.remove("scratch")
        let after = try jcx.load(folder.root, options)
        #expect(after.fingerprint == before.fingerprint && after.masks == before.masks)
    }

    @Test func aMaskInBothFoldsIsAnError() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 2)
        let name = "masks/left lung/JPCNN001.gif"
        try FileManager.default.copyItem(
            at: url(folder, "scratch/fold1/\(name)"), to: url(folder, "scratch/fold2/\(name)"))
        #expect(description(of: folder).contains("has 'JPCNN001' more than once"))
    }

    @Test func twoLeftLungsAreNoMask() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 2)
        let masks = "scratch/fold1/masks"
        try folder.remove("\(masks)/right lung/JPCNN001.gif")
        #expect(description(of: folder).contains("JPCNN001.IMG has no mask"))
        try folder.remove("All247images/JPCNN001.IMG")
        #expect(description(of: folder).contains("JPCNN001.gif has no image"))
    }

    @Test func strangersAndEmptyFolders() throws {
        let folder = try TemporaryFolder()
        #expect(description(of: folder).contains("dataset 'jcx' not found"))
        try folder.write(.jcx, count: 2)
        try move(folder, "All247images/JPCNN001.IMG", "All247images/lung.IMG")
        #expect(description(of: folder).contains("JPCLN (nodule) or JPCNN (none)"))
        try folder.remove("All247images")
        try FileManager.default.createDirectory(
            at: url(folder, "All247images"), withIntermediateDirectories: true)
        #expect(description(of: folder).contains("has no images in"))
    }

    @Test func patientsComeFromTheTwoTables() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 4)
        let place = url(folder, "Clinical_Information")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let nodules =
            "JPCLN001.IMG\t5\t15\t53\tMale\t1634\t692\tmalignant\tl.upper lobe\tlung cancer\r"
            + "JPCLN002.IMG\t3\t14\t?\tFemale\t1864\t836\tbenign\tr.S6\t\r"
        try ImageFile.write(Array(nodules.utf8), to: place.appendingPathComponent("CLNDAT_EN.txt"))
        let others = "JPCNN001.IMG  54   male    non-nodule\r\n"
        try ImageFile.write(Array(others.utf8), to: place.appendingPathComponent("CNNDAT_EN.TXT"))
        let dataset = try jcx.load(folder.root, options)
        func reading(_ id: String) -> ClinicalReading? {
            dataset.examples.first { $0.id == id }?.reading
        }
        #expect(
            reading("JPCLN001")
                == ClinicalReading(
                    sex: "M", age: 53, finding: "malignant, l.upper lobe, lung cancer"))
        #expect(
            reading("JPCLN002") == ClinicalReading(sex: "F", age: nil, finding: "benign, r.S6"))
        #expect(
            reading("JPCNN001") == ClinicalReading(sex: "M", age: 54, finding: "non-nodule"))
        let report = try #require(try jcx.check(folder.root))
        #expect(report.text().contains("3 (1 female, 2 male, aged 53 to 54)"))
    }
}
