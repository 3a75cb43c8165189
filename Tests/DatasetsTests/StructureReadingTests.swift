import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// Several structures of one image: which files they come from, and into which map.
struct StructureReadingTests {
    private func options(_ structures: String...) -> LoadOptions {
        LoadOptions(side: 32, structures: structures, cache: nil)
    }

    private func inside(_ dataset: Dataset, _ index: Int, _ structure: Int = 0) -> Int {
        dataset.mask(index, of: structure).pixels.reduce(0) { $0 + Int($1) }
    }

    private func refusal(_ load: () throws(DatasetError) -> Dataset) -> String {
        do throws(DatasetError) {
            _ = try load()
            return ""
        } catch {
            return error.description
        }
    }

    @Test func partsOfJSRTComeIntoMapsOfTheirOwn() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 6)
        let united = try DatasetEntry.jsrt.load(folder.root, options())
        let all = try DatasetEntry.jsrt.load(folder.root, options("all"))
        #expect(united.structures == ["lungs"])
        #expect(
            all.structures == [
                "left lung", "right lung", "heart", "left clavicle", "right clavicle",
            ])
        #expect(all.masks.count == 5 * united.masks.count)
        for index in all.examples.indices {
            let example = all.examples[index].id
            let (index5, shape) = (index, all.shape)
            // The union of both lungs, up to pixels that each covers by less than a half.
            let sum = inside(all, index5, 0) + inside(all, index5, 1)
            #expect(abs(sum - inside(united, index)) <= 8, "\(example)")
            // The patient's left is on the right of the image.
            func middle(_ structure: Int) -> Double {
                let mask = all.mask(index5, of: structure).pixels
                let columns = mask.indices.filter { mask[$0] == 1 }.map { $0 % shape.width }
                return Double(columns.reduce(0, +)) / Double(columns.count)
            }
            #expect(middle(0) > middle(1), "\(example)")
            #expect(middle(3) > middle(4), "\(example)")
            #expect(inside(all, index5, 2) > 20 && inside(all, index5, 2) < 250)
            #expect(all.sample(index).structures == 5)
        }
        let chosen = try DatasetEntry.jsrt.load(folder.root, options("heart", "lungs"))
        #expect(chosen.mask(0, of: 0) == all.mask(0, of: 2))
        #expect(chosen.mask(0, of: 1) == united.mask(0, of: 0))
    }

    @Test func theFingerprintIsOfTheFilesThatAreUsed() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 4)
        let before = try DatasetEntry.jsrt.fingerprint(folder.root, options())
        let hearts = try DatasetEntry.jsrt.fingerprint(folder.root, options("lungs", "heart"))
        #expect(before != hearts)
        #expect(
            try DatasetEntry.jsrt.fingerprint(folder.root, options("left lung", "right lung"))
                == before)
        let masks = folder.url.appendingPathComponent("scratch/fold1/masks")
        for name in ["heart", "left clavicle", "right clavicle"] {
            try FileManager.default.removeItem(at: masks.appendingPathComponent(name))
        }
        #expect(try DatasetEntry.jsrt.fingerprint(folder.root, options()) == before)
        // Images without a heart are left out where hearts are trained, as JPCLN016 is of clavicles.
        let rest = try DatasetEntry.jsrt.load(folder.root, options("lungs", "heart"))
        #expect(rest.examples.count == 2)
        #expect(rest.notes.contains { $0.contains("2 images without a mask left out") })
        try FileManager.default.removeItem(
            at: folder.url.appendingPathComponent("scratch/fold2/masks/heart"))
        #expect(
            refusal { () throws(DatasetError) in
                try DatasetEntry.jsrt.load(folder.root, options("heart"))
            }.contains("has no mask"))
    }

    @Test func twoChoicesOfTheSameFilesAreTwoEntriesOfTheCache() throws {
        let folder = try TemporaryFolder()
        let place = try TemporaryFolder()
        let writer = try PhantomWriter(
            layout: .jcx, options: PhantomOptions(count: 4, size: .square(1024), seed: 3))
        _ = try writer.write(to: folder.url)
        for _ in 0..<2 {
            for chosen in [[], ["left lung", "right lung"], ["right lung", "left lung"]] {
                let cached = LoadOptions(
                    side: 32, structures: chosen, cache: DatasetCache(folder: place.url))
                let plain = LoadOptions(side: 32, structures: chosen, cache: nil)
                let (a, b) = (
                    try DatasetEntry.jsrt.load(folder.root, cached),
                    try DatasetEntry.jsrt.load(folder.root, plain)
                )
                #expect(a.masks == b.masks && a.structures == b.structures)
            }
        }
    }

    @Test func unknownStructuresHaveTheNearestName() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 3)
        let text = refusal { () throws(DatasetError) in
            try DatasetEntry.montgomery.load(folder.root, options("lung"))
        }
        #expect(
            text == "data set 'mcx' has no structure 'lung'; did you mean 'lungs'? known: lungs, "
                + "left lung, right lung, all")
        #expect(
            refusal { () throws(DatasetError) in
                try DatasetEntry.phantom.load(folder.root, options("heart"))
            }.contains("has no structure 'heart'"))
        #expect(
            refusal { () throws(DatasetError) in
                try DatasetEntry.montgomery.load(folder.root, options("lungs", "lungs"))
            } == "structures names 'lungs' twice; expected each once")
    }

    @Test func anOwnFolderHasAFolderAStructure() throws {
        let folder = try TemporaryFolder()
        func write(_ path: String, _ isInside: (Int, Int) -> Bool) throws {
            let url = folder.url.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            let mask = (0..<1024).map { UInt8(isInside($0 / 32, $0 % 32) ? 1 : 0) }
            try ImageFile.write(PNG.encode(mask: mask, width: 32, height: 32), to: url)
        }
        for index in 0..<4 {
            var image = GrayImage(width: 32, height: 32, filledWith: 40)
            image[index, 3] = 200
            let url = folder.url.appendingPathComponent("images/\(index).png")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try ImageFile.write(PNG.encode(image), to: url)
            try write("masks/left kidney/\(index).png") { $1 < 8 && $0 > index }
            try write("masks/right kidney/\(index)_mask.png") { $1 > 24 && $0 > index }
            if index > 0 { try write("masks/liver/\(index).png") { $0 < 4 + index && $1 == 12 } }
        }
        let entry = try DatasetRegistry.require("folder")
        let all = try entry.load(folder.root, options())
        #expect(all.structures == ["left kidney", "liver", "right kidney"])
        #expect(all.examples.map(\.id) == ["1", "2", "3"])
        #expect(inside(all, 0, 1) == 5)
        let kidneys = try entry.load(folder.root, options("kidneys"))
        #expect(kidneys.structures == ["kidneys"] && kidneys.examples.count == 4)
        #expect(inside(kidneys, 0) == 31 * 8 + 31 * 7)
        // A structure's mask without an image is found in its folder.
        try write("masks/liver/9.png") { $0 < 4 && $1 == 12 }
        #expect(
            refusal { () throws(DatasetError) in try entry.load(folder.root, options()) }
                .contains("liver/9.png has no image"))
        try FileManager.default.removeItem(
            at: folder.url.appendingPathComponent("masks/liver/9.png"))
        try write("masks/a,b/1.png") { $0 < 4 && $1 == 12 }
        #expect(
            refusal { () throws(DatasetError) in try entry.load(folder.root, options()) }
                .contains("a,b does not have an expected name: a structure's name"))
    }

    @Test func findingsNameTheStructure() throws {
        let folder = try TemporaryFolder()
        try folder.write(.jcx, count: 6)
        let none = [UInt8](repeating: 0, count: 64 * 64)
        let file = folder.url.appendingPathComponent("scratch/fold1/masks/heart/JPCNN001.gif")
        try ImageFile.write(GIF.encode(mask: none, width: 64, height: 64), to: file)
        let dataset = try DatasetEntry.jsrt.load(folder.root, options("lungs", "heart"))
        #expect(
            dataset.notes.contains("1 'heart' mask with nothing inside (empty): JPCNN001"),
            "\(dataset.notes)")
    }
}
