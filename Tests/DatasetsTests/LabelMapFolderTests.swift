import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// Label maps in a folder of one's own, by `structures.csv`.
struct LabelMapFolderTests {
    private func values(_ dataset: Dataset, _ index: Int, _ structure: Int) -> [UInt8] {
        dataset.mask(index, of: structure).pixels
    }

    @Test func valuesBecomeStructures() throws {
        let set = try OwnSet()
        try set.put(OwnSet.table, "structures.csv")
        let dataset = try set.loaded()
        #expect(dataset.structures == ["lungs", "heart"] && dataset.examples.count == 8)
        for index in dataset.examples.indices {
            let drawn = OwnSet.values(index)
            #expect(values(dataset, index, 0) == drawn.map { $0 == 1 || $0 == 2 ? 1 : 0 })
            #expect(values(dataset, index, 1) == drawn.map { $0 == 3 ? 1 : 0 })
        }
        let heart = try set.loaded("heart")
        #expect(heart.structures == ["heart"] && values(heart, 2, 0) == values(dataset, 2, 1))
        let report = try #require(try set.report())
        #expect(report.isSound, "\(report.findings)")
        #expect(report.maskFiles == 8 && report.structures == ["lungs", "heart"])
        #expect(report.fingerprint == dataset.fingerprint)
        #expect(
            report.text().contains("1, 2 lungs; 3 heart (structures.csv)"), "\(report.text())")
    }

    @Test func leftAndRightUniteByThePlural() throws {
        let set = try OwnSet()
        try set.put("value,name\n1,right lung\n2,left lung\n3,heart\n", "structures.csv")
        let dataset = try set.loaded("lungs", "heart")
        #expect(dataset.structures == ["lungs", "heart"])
        #expect(values(dataset, 1, 0) == OwnSet.values(1).map { $0 == 1 || $0 == 2 ? 1 : 0 })
        #expect(try set.loaded().structures == ["right lung", "left lung", "heart"])
    }

    @Test func unknownValuesAreRefusedByTrainingAndCheckAlike() throws {
        let set = try OwnSet()
        try set.put("value,name\n1,lungs\n2,lungs\n", "structures.csv")
        #expect(
            set.refusal().hasPrefix(
                "dataset 'folder:.' is not sound: 8 label maps of values that structures.csv does "
                    + "not name: 3: masks/i0.png"), "\(set.refusal())")
        let found = try #require(try set.report()?.findings.first)
        #expect(found.kind == .unknownLabels && found.items.count == 8)
        // Without a table they stay refused, and the sentence says how to explain them.
        try set.folder.remove("structures.csv")
        #expect(set.refusal().contains("say in structures.csv what each value shows"))
        try set.put("value,name\n1,lungs\n2,lungs\n3,ignore\n", "structures.csv")
        #expect(try set.loaded().structures == ["lungs"])
    }

    @Test func theFingerprintIsOfTheMeaningAndNotOfTheTable() throws {
        let set = try OwnSet()
        try set.put(OwnSet.table, "structures.csv")
        let before = try set.fingerprint()
        #expect(try set.loaded().fingerprint == before)
        try set.put("name;value\nlungs;2\nlungs;1\nheart;3\nbackground;0\n", "structures.csv")
        #expect(try set.fingerprint() == before)
        try set.put("value,name\n1,lungs\n3,lungs\n2,heart\n", "structures.csv")
        #expect(try set.fingerprint() != before)
        try set.put("value,name\n1,lungs\n2,lungs\n3,liver\n", "structures.csv")
        #expect(try set.fingerprint() != before)
    }

    @Test func anotherMeaningIsAnotherEntryOfTheCache() throws {
        let set = try OwnSet()
        let place = try TemporaryFolder()
        // Large enough for the cache to be used.
        let note = String(repeating: "x", count: 600_000)
        let rows = (0..<8).map { "i\($0),\(note)\n" }.joined()
        try set.put("file,note\n" + rows, "labels.csv")
        for table in [OwnSet.table, "value,name\n1,heart\n2,lungs\n3,lungs\n", OwnSet.table] {
            try set.put(table, "structures.csv")
            let cached = LoadOptions(side: 32, cache: DatasetCache(folder: place.url))
            let plain = LoadOptions(side: 32, cache: nil)
            let (a, b) = (
                try set.entry.load(set.folder.root, cached),
                try set.entry.load(set.folder.root, plain)
            )
            #expect(a.masks == b.masks && a.structures == b.structures)
        }
    }

    @Test func foldersAndTablesAreNotMixed() throws {
        let set = try OwnSet()
        try set.put(OwnSet.table, "structures.csv")
        try set.put(OwnSet.mask(0, of: [3]), "masks/heart/i0.png")
        let plain = try set.loaded()
        #expect(plain.structures == ["lungs", "heart"])
        #expect(
            plain.notes.contains {
                $0.hasPrefix("folders in masks left out, since masks lie beside")
            },
            "\(plain.notes)")
        // Without files beside them the folders count, and the table does not.
        let folders = try OwnSet(labels: false)
        try folders.put(OwnSet.table, "structures.csv")
        for index in 0..<8 {
            try folders.put(OwnSet.mask(index, of: [3]), "masks/Heart/i\(index).png")
            try folders.put(OwnSet.mask(index, of: [3]), "masks/heart/i\(index).png")
        }
        let both = try folders.loaded()
        #expect(both.structures == ["Heart", "heart"])
        #expect(
            both.notes.contains { $0.contains("structures.csv is not read, since masks lie in a") })
        #expect(both.notes.contains { $0.contains("structures that differ in capitals") })
        #expect(
            both.notes.contains { $0.hasPrefix("8 images with one and the same mask of") },
            "\(both.notes)")
    }

    @Test func theTableIsProtectedLikeAllDataSetFiles() throws {
        let set = try OwnSet()
        try set.put(OwnSet.table, "structures.csv")
        try set.put("name: mine\n", "dataset.yaml")
        let files = DataFiles(
            below: DataRoot(set.folder.url.deletingLastPathComponent()),
            named: ["folder:" + set.folder.url.lastPathComponent]
        ).files
        for name in ["structures.csv", "dataset.yaml", "masks/i0.png"] {
            #expect(files.contains { $0.hasSuffix(set.folder.url.lastPathComponent + "/" + name) })
        }
    }
}
