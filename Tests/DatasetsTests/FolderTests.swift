import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// `folder`, `spine` and `ccx`.
struct FolderTests {
    /// Writes images (squares of one gray) and masks (their left third).
    private func write(
        _ folder: TemporaryFolder, images: [String], masks: [String], labels: String? = nil,
        below place: String = "."
    ) throws {
        let base = folder.url.appendingPathComponent(place)
        for part in ["images", "masks"] {
            try FileManager.default.createDirectory(
                at: base.appendingPathComponent(part), withIntermediateDirectories: true)
        }
        for (index, name) in images.enumerated() {
            var image = GrayImage(width: 12, height: 12, filledWith: 40)
            image[index % 12, 3] = 200
            try ImageFile.write(
                PNG.encode(image), to: base.appendingPathComponent("images/\(name).png"))
        }
        let mask = (0..<144).map { UInt8($0 % 12 < 4 ? 1 : 0) }
        for name in masks {
            try ImageFile.write(
                PNG.encode(mask: mask, width: 12, height: 12),
                to: base.appendingPathComponent("masks/\(name).png"))
        }
        if let labels {
            try ImageFile.write(Array(labels.utf8), to: base.appendingPathComponent("labels.csv"))
        }
    }

    @Test func ownFolderWithLabels() throws {
        let folder = try TemporaryFolder()
        try write(
            folder, images: ["a b", "ü", "c.1", "d"], masks: ["a b_mask", "ü", "c.1-mask"],
            labels: """
                file,class,patient,split
                a b.png,10,p1,train
                ü,9,p2,test
                c.1,10,p1,validation
                """)
        let root = folder.root
        let dataset = try DatasetRegistry.require("folder").load(
            root, LoadOptions(side: 12, unmasked: .include))
        #expect(dataset.examples.map(\.id) == ["a b", "c.1", "d", "ü"])
        #expect(dataset.examples.map(\.hasMask) == [true, true, false, true])
        #expect(dataset.classNames == ["9", "10"])
        #expect(dataset.examples.map(\.classIndex) == [1, 1, nil, 0])
        #expect(dataset.examples.map(\.assignedSplit) == [.train, .validation, nil, .test])
        #expect(dataset.mask(0).reduce(0) { $0 + Int($1) } == 48)
        #expect(
            dataset.notes == [
                "all 3 images have one and the same mask: a b, c.1, ü",
                "1 image without a class: d",
            ],
            "a third is plausible for whatever the masks show")
        let report = try DatasetRegistry.require("folder").check(root)
        #expect(
            report?.findings.map(\.kind) == [
                .patientInTwoSplits, .equalMasks, .missingMask, .missingClass,
            ])
    }

    @Test func labelsArePartOfTheFingerprint() throws {
        let folder = try TemporaryFolder()
        try write(folder, images: ["a"], masks: ["a"], labels: "file,class\na,x\n")
        let entry = try DatasetRegistry.require("folder")
        let before = try entry.fingerprint(folder.root)
        #expect(try entry.load(folder.root, LoadOptions(side: 12)).fingerprint == before)
        try ImageFile.write(
            Array("file,class\na,y\n".utf8), to: folder.url.appendingPathComponent("labels.csv"))
        #expect(try entry.fingerprint(folder.root) != before)
    }

    @Test func severalOwnFolders() throws {
        let folder = try TemporaryFolder()
        try write(folder, images: ["a"], masks: ["a"], below: "first")
        try write(folder, images: ["a", "b"], masks: ["a", "b"], below: "second set")
        let entry = try DatasetRegistry.require("folder:second set")
        let dataset = try entry.load(folder.root, LoadOptions(side: 12))
        #expect(dataset.name == "folder:second set" && dataset.examples.count == 2)
        #expect(throws: DatasetError.self) {
            try DatasetRegistry.require("folder:third").load(folder.root)
        }
    }

    @Test(arguments: [
        ("file,class\na,1\na.png,0\n", "stands on line 2 already"),
        ("file,class\nstranger,1\n", "there is no image 'stranger'"),
        ("file,split\na,trian\n", "unknown split 'trian'"),
        ("class\n1\n", "there is no column 'file'"),
    ])
    func badLabelsAreExplained(labels: String, reason: String) throws {
        let folder = try TemporaryFolder()
        try write(folder, images: ["a"], masks: ["a"], labels: labels)
        let error = #expect(throws: DatasetError.self) {
            try DatasetRegistry.require("folder").load(folder.root)
        }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("labels.csv, line") == true)
    }

    /// What a table says in vain is told.
    @Test func tablesThatAreNotFollowed() throws {
        let folder = try TemporaryFolder()
        let names = (0..<8).map { "i\($0)" }
        try write(folder, images: names, masks: names, labels: "file,class,split\n")
        func notes() throws -> [String] {
            try DatasetRegistry.require("folder").load(
                folder.root, LoadOptions(side: 12, cache: nil)
            ).notes
        }
        #expect(try notes().contains { $0.contains("labels.csv has no row below its columns") })
        let labels = folder.url.appendingPathComponent("labels.csv")
        try ImageFile.write(Array("file,split\ni0,test\ni1,train\n".utf8), to: labels)
        let split = folder.url.appendingPathComponent("split.csv")
        try ImageFile.write(Array("file,split\ni0,train\ni1,train\ni2,test\n".utf8), to: split)
        #expect(
            try notes().contains {
                $0.contains("1 image of which labels.csv tells another split than split.csv")
            })
        try FileManager.default.removeItem(at: split)
        try FileManager.default.moveItem(
            at: labels, to: folder.url.appendingPathComponent("labels.tsv"))
        #expect(try notes().contains { $0.contains("labels.tsv is not read; expected labels.csv") })
    }

    /// Training pairs names as `predict --mask` does.
    @Test func masksInOtherCapitals() throws {
        let folder = try TemporaryFolder()
        try write(folder, images: ["p1", "P2", "a", "A"], masks: ["P1_MASK", "p2", "a", "A-mask"])
        let dataset = try DatasetRegistry.require("folder").load(
            folder.root, LoadOptions(side: 12, cache: nil))
        #expect(dataset.examples.map(\.id) == ["A", "P2", "a", "p1"])
        #expect(dataset.examples.map(\.hasMask) == [true, true, true, true])
    }

    @Test func assignedSplitsWin() throws {
        let folder = try TemporaryFolder()
        let names = (0..<12).map { "image\($0)" }
        try write(folder, images: names, masks: names)
        let dataset = try DatasetRegistry.require("folder").load(
            folder.root, LoadOptions(side: 12))
        let table = folder.url.appendingPathComponent("split.csv")
        let rows = names.enumerated().map { index, name in
            "\(name),\(index < 3 ? "test" : index < 5 ? "val" : "train")"
        }
        try ImageFile.write(
            Array(("id,split\n" + rows.joined(separator: "\n")).utf8), to: table)
        let split = try DataSplit.make(
            for: try dataset.assigningSplits(from: table), seed: 1, labelledPercent: 50,
            stratified: true)
        func ids(_ part: [Int]) -> Set<String> { Set(part.map { dataset.examples[$0].id }) }
        #expect(ids(split.test) == ["image0", "image1", "image2"])
        #expect(ids(split.validation) == ["image3", "image4"])
        #expect(split.train.count == 7 && split.labelled.count == 4)

        try ImageFile.write(Array(split.table(for: dataset).utf8), to: table)
        let again = try DataSplit.make(
            for: try dataset.assigningSplits(from: table), seed: 9, labelledPercent: 100,
            stratified: true)
        #expect(again.test == split.test && again.validation == split.validation)
    }

    @Test func aSplitBesideTheData() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 8)
        let mcx = DatasetEntry.montgomery
        let before = try mcx.load(folder.root, LoadOptions(side: 16))
        let table = folder.url.appendingPathComponent("MontgomerySet/split.csv")
        let rows = before.examples.enumerated().map { index, example in
            "\(example.id).png,\(index < 3 ? "test" : index < 5 ? "validation" : "train")"
        }
        try ImageFile.write(Array(("file,split\n" + rows.joined(separator: "\n")).utf8), to: table)
        let dataset = try mcx.load(folder.root, LoadOptions(side: 16))
        #expect(dataset.fingerprint != before.fingerprint)
        #expect(dataset.notes == ["splits taken from \(table.path)"])
        let split = try DataSplit.make(
            for: dataset, seed: 7, labelledPercent: 100, stratified: true)
        #expect(
            split.test == [0, 1, 2] && split.validation == [3, 4] && split.train == [5, 6, 7])
        try ImageFile.write(Array("file,split\nstranger,test\n".utf8), to: table)
        #expect(throws: DatasetError.self) { try mcx.load(folder.root, LoadOptions(side: 16)) }
    }

    @Test func spineGroupsByPatient() throws {
        let folder = try TemporaryFolder()
        try folder.write(.spine, count: 40, side: 48)
        let dataset = try DatasetRegistry.require("spine").load(
            folder.root, LoadOptions(side: 24))
        #expect(dataset.classNames == ["normal", "fractured"])
        #expect(Set(dataset.examples.map(\.patient)) == ["P001", "P002", "P003", "P004", "P005"])
        let split = try DataSplit.make(
            for: dataset, seed: 1, labelledPercent: 100, stratified: true)
        let tested = Set(split.test.map { dataset.examples[$0].patient })
        #expect(tested.isDisjoint(with: split.train.map { dataset.examples[$0].patient }))
    }

    @Test func combinedHasThreeClasses() throws {
        let folder = try TemporaryFolder()
        for layout in [PhantomLayout.mcx, .scx, .jcx] { try folder.write(layout, count: 4) }
        let dataset = try DatasetRegistry.require("ccx").load(folder.root, LoadOptions(side: 16))
        #expect(dataset.examples.count == 12)
        #expect(dataset.classNames == ["normal", "nodule", "tuberculosis"])
        #expect(
            Dictionary(grouping: dataset.examples) { $0.site ?? "" }.mapValues(\.count)
                == ["mcx": 4, "scx": 4, "jcx": 4])
        let report = try #require(try DatasetEntry.combined.check(folder.root))
        #expect(report.sites?.map(\.name) == ["jcx", "mcx", "scx"])
        #expect(report.text().contains("jcx: 4, mcx: 4, scx: 4"))
        #expect(DatasetEntry.combined.sites == ["mcx", "scx", "jcx"])
        #expect(DatasetRegistry.all.allSatisfy { $0.sites.isEmpty || $0.name == "ccx" })
        let expected = ["JPCLN": 1, "JPCNN": 0]
        for example in dataset.examples {
            let byName =
                expected[String(example.id.prefix(5))] ?? (example.id.hasSuffix("_1") ? 2 : 0)
            #expect(example.classIndex == byName, "\(example.id)")
        }
        try folder.remove("All247images")
        let error = #expect(throws: DatasetError.self) {
            try DatasetRegistry.require("ccx").load(folder.root)
        }
        #expect(error?.isMissingInput == true)
    }
}
