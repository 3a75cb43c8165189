import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

struct PhantomOriginTests {
    private let options = LoadOptions(side: 16, cache: nil)

    @Test(arguments: PhantomLayout.allCases)
    func drawnImagesAreMarkedWhereTheyLie(layout: PhantomLayout) throws {
        let folder = try TemporaryFolder()
        try folder.write(layout, count: 4)
        let manifest = try #require(PhantomManifest(of: layout, below: folder.url))
        #expect(manifest.layout == layout && manifest.count == 4 && manifest.size == "64")
        #expect(manifest.files.keys.allSatisfy { manifest.holds($0, below: folder.url) })
        let entry = try #require(DatasetRegistry.find(layout.rawValue))
        let marked = try entry.load(folder.root, options)
        #expect(marked.origin == .phantom)

        try FileManager.default.removeItem(
            at: PhantomPaths(layout: layout, root: folder.url).manifest)
        // One of the seeds that are tried.
        let bare = try entry.load(folder.root, options)
        #expect(bare.origin == .phantom && bare.fingerprint == marked.fingerprint)
        #expect(try entry.check(folder.root)?.origin == .phantom)
    }

    @Test(arguments: PhantomLayout.allCases)
    func theMarkIsWhatTells(layout: PhantomLayout) throws {
        let folder = try TemporaryFolder()
        try folder.write(layout, count: 4, seed: 12_345)
        let entry = try #require(DatasetRegistry.find(layout.rawValue))
        #expect(try entry.load(folder.root, options).origin == .phantom)
        #expect(try entry.check(folder.root)?.origin == .phantom)
        try FileManager.default.removeItem(
            at: PhantomPaths(layout: layout, root: folder.url).manifest)
        // A PNG has a mark of its own.
        let alone: DatasetOrigin = layout == .jcx ? .real : .phantom
        #expect(try entry.load(folder.root, options).origin == alone)
        #expect(try entry.check(folder.root)?.origin == alone)
    }

    /// Identities of runs hold the fingerprint: that of `make demo` is from before the mark.
    @Test func theMarkInAFileChangesNoFingerprint() throws {
        let folder = try TemporaryFolder()
        _ = try PhantomWriter(layout: .mcx, options: PhantomOptions()).write(to: folder.url)
        let fingerprint = try DatasetEntry.montgomery.fingerprint(folder.root, options)
        #expect(PhantomRecognition.knownFingerprints.contains(fingerprint))
        #expect(try DatasetEntry.montgomery.load(folder.root, options).fingerprint == fingerprint)

        let image = folder.url.appendingPathComponent("MontgomerySet/CXR_png/MCUCXR_0001_0.png")
        let bytes = try ImageFile.bytes(of: image)
        #expect(PhantomMark.isIn(bytes) && PhantomMark.isIn(image))
        #expect(PhantomMark.marked(bytes) == bytes)
        let plain = try PNG.encode(PNG.decode(bytes, name: "marked"))
        #expect(!PhantomMark.isIn(plain) && PhantomMark.marked(plain) == bytes)
        #expect(PhantomMark.digest(of: bytes) == PhantomMark.digest(of: plain))
    }

    /// A command that was killed leaves the list of what it had begun to draw.
    @Test(arguments: PhantomLayout.allCases)
    func whatWasStoppedIsKnownAndGoesOn(layout: PhantomLayout) throws {
        let folder = try TemporaryFolder()
        try folder.write(layout, count: 4, seed: 12_345)
        let manifest = PhantomPaths(layout: layout, root: folder.url).manifest
        let whole = try #require(PhantomManifest(of: layout, below: folder.url))
        try FileManager.default.removeItem(at: manifest)
        let journal = PhantomJournal(beside: manifest)
        try journal.append(whole.files.map { ($0.key, $0.value) })
        let entry = try #require(DatasetRegistry.find(layout.rawValue))
        #expect(try entry.load(folder.root, options).origin == .phantom)
        // Four vertebrae are of one patient.
        let findings = try entry.check(folder.root)?.findings.filter { $0.kind != .cannotSplit }
        #expect(findings?.isEmpty == true)

        // Another drawing may go over it, and takes over its list.
        try folder.write(layout, count: 2, seed: 4)
        let merged = try #require(PhantomManifest(of: layout, below: folder.url))
        #expect(merged.files.count == whole.files.count)
        #expect(merged.files.keys.allSatisfy { merged.holds($0, below: folder.url) })
        #expect(!FileManager.default.fileExists(atPath: journal.url.path))
    }

    @Test func theMarkGoesWithTheFolder() throws {
        let drawn = try TemporaryFolder()
        let other = try TemporaryFolder()
        try drawn.write(.mcx, count: 4)
        try drawn.write(.jcx, count: 4)
        for name in ["MontgomerySet", "All247images", "scratch"] {
            try FileManager.default.moveItem(
                at: drawn.url.appendingPathComponent(name),
                to: other.url.appendingPathComponent(name))
        }
        #expect(try DatasetEntry.montgomery.load(other.root, options).origin == .phantom)
        #expect(try DatasetEntry.jsrt.load(other.root, options).origin == .phantom)
    }

    @Test func patientsUnpackedOverPhantomsArePatients() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 4)
        let images = folder.url.appendingPathComponent("MontgomerySet/CXR_png")
        let names = try FileManager.default.contentsOfDirectory(atPath: images.path).sorted()
        for (index, name) in names.enumerated() {
            // While one drawing is left, a mean over the set is no mean over patients.
            #expect(try DatasetEntry.montgomery.load(folder.root, options).origin == .phantom)
            let patient = GrayImage(width: 64, height: 64, filledWith: UInt16(10 + index))
            try ImageFile.write(PNG.encode(patient), to: images.appendingPathComponent(name))
        }
        #expect(try DatasetEntry.montgomery.load(folder.root, options).origin == .real)
    }

    @Test func theDemoIsKnownWithoutItsMark() throws {
        let folder = try TemporaryFolder()
        _ = try PhantomWriter(layout: .mcx, options: PhantomOptions()).write(to: folder.url)
        try folder.remove("MontgomerySet/phantom.json")
        #expect(try DatasetEntry.montgomery.load(folder.root, options).origin == .phantom)
    }

    @Test func theCacheKnowsToo() throws {
        let folder = try TemporaryFolder()
        let cache = try TemporaryFolder()
        _ = try PhantomWriter(
            layout: .jcx, options: PhantomOptions(count: 8, size: .square(512))
        ).write(to: folder.url)
        let cached = LoadOptions(side: 16, cache: DatasetCache(folder: cache.url))
        for _ in 0..<2 {
            #expect(try DatasetEntry.jsrt.load(folder.root, cached).origin == .phantom)
        }
        #expect(try DatasetEntry.phantom.load(folder.root, options).origin == .phantom)
    }

    @Test func nothingElseIsDrawnOver() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 4)
        let image = folder.url.appendingPathComponent("MontgomerySet/CXR_png/MCUCXR_0001_0.png")
        let drawn = try ImageFile.bytes(of: image)
        // Another drawing replaces a drawing, with its list or (the same drawing) without.
        try folder.write(.mcx, count: 4, seed: 4)
        #expect(try ImageFile.bytes(of: image) != drawn)
        let manifest = try #require(PhantomManifest(of: .mcx, below: folder.url))
        #expect(manifest.count == 4 && manifest.files.count == 16)
        try folder.remove("MontgomerySet/phantom.json")
        try folder.write(.mcx, count: 4, seed: 4)

        let patient = Array("a patient".utf8)
        let second = PhantomWriter.id(of: 1, layout: .mcx)
        for name in ["CXR_png/\(second).png", "ClinicalReadings/MCUCXR_0001_0.txt"] {
            let file = folder.url.appendingPathComponent("MontgomerySet/\(name)")
            try ImageFile.write(patient, to: file)
            #expect(throws: DatasetError.notDrawn(path: file.path)) {
                try folder.write(.mcx, count: 4)
            }
            #expect(try ImageFile.bytes(of: file) == patient)
            try FileManager.default.removeItem(at: file)
        }
        try ImageFile.write(patient, to: image)
        let options = PhantomOptions(count: 4, size: .square(64), seed: 3)
        _ = try PhantomWriter(layout: .mcx, options: options)
            .write(to: folder.url, replacing: true)
        #expect(try ImageFile.bytes(of: image) == drawn)
    }

    @Test func whatPublishedTablesCallPositiveIsTheEntrys() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 4)
        try folder.write(.scx, count: 4)
        try folder.write(.jcx, count: 4)
        func sides(_ name: String) throws -> [MaskSide] {
            try #require(DatasetRegistry.find(name)).load(folder.root, options).examples
                .map(\.publishedPositive)
        }
        #expect(try Set(sides("mcx")) == [.foreground])
        #expect(try Set(sides("scx")) == [.background])
        #expect(try Set(sides("jcx")) == [.background])
        let all = try DatasetEntry.combined.load(folder.root, options).examples
        for example in all {
            #expect(
                example.publishedPositive
                    == (example.id.hasPrefix("MCUCXR") ? .foreground : .background))
        }

        // The same images in a folder of one's own, whatever they are called.
        let own = folder.url.appendingPathComponent("mine")
        for (part, source) in [("images", "CXR_png"), ("masks", "ManualMask/leftMask")] {
            let place = own.appendingPathComponent(part)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (index, name) in ["JPCLN001", "CHNCXR_0002_1", "a", "MCUCXR_0004_1"].enumerated() {
                let id = PhantomWriter.id(of: index, layout: .mcx)
                try FileManager.default.copyItem(
                    at: folder.url.appendingPathComponent("MontgomerySet/\(source)/\(id).png"),
                    to: place.appendingPathComponent("\(name).png"))
            }
        }
        #expect(try Set(sides("folder:mine")) == [.foreground])
    }
}
