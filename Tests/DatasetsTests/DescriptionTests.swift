import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// `dataset.yaml` in a folder of one's own.
struct DescriptionTests {
    private func inside(_ dataset: Dataset, _ index: Int, _ structure: Int = 0) -> [UInt8] {
        dataset.mask(index, of: structure).pixels
    }

    private func expected(_ index: Int, _ values: Set<UInt16>) -> [UInt8] {
        OwnSet.values(index).map { values.contains($0) ? 1 : 0 }
    }

    @Test func aFolderOfEachKindIsTheSameSet() throws {
        let yaml = "labels: {0: background, 1: lungs, 2: lungs, 3: heart}\n"
        let labels = try OwnSet()
        try labels.put(yaml, "dataset.yaml")
        let colours = try OwnSet(labels: false)
        let table: [UInt16: RGBImage.Colour] = [
            1: .init(255, 0, 0), 2: .init(0, 128, 255), 3: .init(7, 7, 7),
        ]
        let suffixes = try OwnSet(labels: false)
        let folders = try OwnSet(labels: false)
        for index in 0..<8 {
            var picture = RGBImage(width: 32, height: 32)
            for (place, value) in OwnSet.values(index).enumerated() {
                if let colour = table[value] { picture[place % 32, place / 32] = colour }
            }
            try colours.put(PNG.encode(picture), "drawn/i\(index).png")
            let (heart, lungs) = try (
                OwnSet.mask(index, of: [3]), OwnSet.mask(index, of: [1, 2])
            )
            try suffixes.put(heart, "masks/i\(index)_heart.png")
            try suffixes.put(lungs, "masks/i\(index)_both_lungs.png")
            try folders.put(heart, "h/i\(index).png")
            try folders.put(lungs, "l/i\(index)_mask.png")
        }
        try colours.put(
            """
            masks: drawn
            labels:
              "#ff0000": lungs
              [0, 128, 255]: lungs
              "7 7 7": heart

            """, "dataset.yaml")
        try suffixes.put(
            "masks: {lungs: masks/*_both_lungs.png, heart: masks/*_heart.png}\n", "dataset.yaml")
        try folders.put("masks: {lungs: l, heart: h}\n", "dataset.yaml")
        for set in [labels, colours, suffixes, folders] {
            let dataset = try set.loaded()
            #expect(dataset.structures == ["lungs", "heart"])
            for index in dataset.examples.indices {
                #expect(inside(dataset, index, 0) == expected(index, [1, 2]))
                #expect(inside(dataset, index, 1) == expected(index, [3]))
            }
            #expect(try set.report()?.isSound == true)
        }
        // The same table in two places is one data set.
        let plain = try OwnSet()
        try plain.put(OwnSet.table, "structures.csv")
        #expect(try plain.fingerprint() == labels.fingerprint())
    }

    @Test func everyFactHasItsPlace() throws {
        let set = try OwnSet(names: { "P\($0 / 2)_v\($0)_\($0 % 2)" }, labels: false)
        for index in 0..<8 {
            try set.put(OwnSet.mask(index, of: [1]), "seg/P\(index / 2)_v\(index)_\(index % 2).png")
        }
        try set.put(
            """
            name: Chests
            citation: nobody 2026
            licence: none
            masks: seg
            structures: [left lung]
            classes: {pattern: "*_*_{class}", names: {1: sick, 0: well}}
            patients: {pattern: "{patient}_*"}
            site: {name: here}
            split: {table: parts.csv}
            spacing: [0.5, 0.25]
            x-anything: [1, 2]

            """, "dataset.yaml")
        try set.put("file,split\nP0_v0_0,test\nP0_v1_1,test\nP1_v2_0,validation\n", "parts.csv")
        let dataset = try set.loaded()
        #expect(dataset.structures == ["left lung"] && dataset.classNames == ["sick", "well"])
        #expect(dataset.examples.map(\.classIndex) == (0..<8).map { 1 - $0 % 2 })
        #expect(dataset.examples.map(\.patient) == (0..<8).map { "P\($0 / 2)" })
        #expect(dataset.examples.allSatisfy { $0.site == "here" })
        #expect(
            dataset.examples.prefix(4).map(\.assignedSplit) == [.test, .test, .validation, nil])
        #expect(dataset.examples[0].spacing == PixelSpacing(rows: 0.5, columns: 0.25))
        let parent = DataRoot(set.folder.url.deletingLastPathComponent())
        let found = DatasetPresence.all(below: parent).first {
            $0.dataset == "folder:" + set.folder.url.lastPathComponent
        }
        #expect(found?.title == "Chests" && found?.citation == "nobody 2026")
        #expect(found?.licence == "none" && found?.masked == 8)
        let text = try #require(try set.report()).text()
        for words in [
            "Chests", "nobody 2026", "folder seg", "names as {patient}_*", "1 is sick, 0 is well",
            "table parts.csv", "0.5 mm a row", "left lung",
        ] {
            #expect(text.contains(words), "\(words): \(text)")
        }
    }

    @Test func columnsAreChosenByName() throws {
        let set = try OwnSet()
        try set.put(
            """
            table: tables/all.csv
            labels: {1: lungs, 2: lungs, 3: heart}
            structures: heart
            classes: Diagnosis
            patients: {column: subject}
            site: hospital
            split: {column: fold}

            """, "dataset.yaml")
        let rows = (0..<8).map {
            "i\($0).png,\($0 % 2 == 0 ? "a" : "b"),s\($0),h\($0 % 3),\($0 < 2 ? "test" : "train")"
        }
        try set.put(
            "image,diagnosis,subject,hospital,fold\n" + rows.joined(separator: "\n"),
            "tables/all.csv")
        let dataset = try set.loaded()
        #expect(dataset.structures == ["heart"] && dataset.classNames == ["a", "b"])
        #expect(dataset.examples.map(\.patient) == (0..<8).map { "s\($0)" })
        #expect(dataset.examples.map(\.site) == (0..<8).map { "h\($0 % 3)" })
        #expect(dataset.examples[1].assignedSplit == .test)
        #expect(try set.report()?.sites?.count == 3)
        try set.put("classes: diagnosi\ntable: tables/all.csv\n", "dataset.yaml")
        #expect(set.refusal().contains("there is no column 'diagnosi'"), "\(set.refusal())")
    }

    @Test func imagesAndMasksMayLieInOneFolder() throws {
        let set = try OwnSet(count: 0)
        for index in 0..<6 {
            try set.put(PNG.encode(OwnSet.image(index)), "all/c\(index).png")
            try set.put(OwnSet.mask(index, of: [1]), "all/c\(index)_lung.png")
            try set.put(OwnSet.mask(index, of: [2]), "all/c\(index)_left_lung.png")
        }
        try set.put(
            "images: all/c*.png\nmasks: {a: all/c*_lung.png, b: all/c*_left_lung.png}\n",
            "dataset.yaml")
        let dataset = try set.loaded()
        #expect(dataset.examples.map(\.id) == ["0", "1", "2", "3", "4", "5"])
        #expect(inside(dataset, 3, 0) == expected(3, [1]))
        #expect(inside(dataset, 3, 1) == expected(3, [2]))
        #expect(dataset.structures == ["a", "b"])
        // The folder is found by its description alone.
        let parent = DataRoot(set.folder.url.deletingLastPathComponent())
        let name = "folder:" + set.folder.url.lastPathComponent
        #expect(
            DatasetPresence.all(below: parent).contains { $0.dataset == name && $0.images == 6 })
    }

    @Test func filesThatNoPatternFitsAreNamed() throws {
        let set = try OwnSet(labels: false)
        for index in 0..<8 { try set.put(OwnSet.mask(index, of: [1]), "masks/i\(index)_a.png") }
        try set.put(OwnSet.mask(1, of: [2]), "masks/i1_b.png")
        try set.put("masks: {a: masks/*_a.png}\n", "dataset.yaml")
        #expect(
            try set.loaded().notes.contains {
                $0.hasPrefix("1 file in masks that no pattern of dataset.yaml fits, left out")
            })
    }

    @Test func wordsAloneChangeNothing() throws {
        let set = try OwnSet(labels: false)
        for index in 0..<8 { try set.put(OwnSet.mask(index, of: [1]), "masks/i\(index).png") }
        let before = try set.fingerprint()
        try set.put("name: a\ncitation: b\nlicence: c\n", "dataset.yaml")
        #expect(try set.fingerprint() == before)
        var known: Set = [before]
        for text in [
            "spacing: 0.5", "structures: lung", "exclusive: true",
            "patients: {pattern: \"{patient}*\"}",
            "classes: {pattern: \"i{class}\"}", "site: {name: x}",
            "classes: {pattern: \"i{class}\", names: {0: a, 1: b, 2: a, 3: b, 4: a, 5: b, 6: a, 7: b}}",
        ] {
            try set.put(text + "\n", "dataset.yaml")
            let fingerprint = try set.fingerprint()
            #expect(known.insert(fingerprint).inserted, "\(text)")
            #expect(try set.loaded().fingerprint == fingerprint)
        }
    }

    @Test func overlapsAreCountedWhereNoneMayBe() throws {
        let set = try OwnSet(labels: false)
        for index in 0..<8 {
            try set.put(OwnSet.mask(index, of: [1, 3]), "a/i\(index).png")
            try set.put(OwnSet.mask(index, of: index == 2 ? [2, 3] : [2]), "b/i\(index).png")
        }
        try set.put("masks: {a: a, b: b}\n", "dataset.yaml")
        #expect(try set.loaded().examples.count == 8)
        try set.put("masks: {a: a, b: b}\nexclusive: true\n", "dataset.yaml")
        #expect(
            set.refusal().contains(
                "1 image in which structures overlap, though they exclude each other ('exclusive'; "
                    + "i2 has the most such pixels, 48)"), "\(set.refusal())")
        #expect(try set.report()?.findings.first?.kind == .overlap)
    }

    @Test func aHalfOfAPixelIsTheFirstStructures() throws {
        let set = try OwnSet()
        try set.put("labels: {1: a, 2: a, 3: b}\nexclusive: true\n", "dataset.yaml")
        for side in [7, 8, 16] {
            let options = LoadOptions(side: side, cache: nil)
            let dataset = try set.entry.load(set.folder.root, options)
            for index in dataset.examples.indices {
                let (a, b) = (inside(dataset, index, 0), inside(dataset, index, 1))
                #expect(zip(a, b).allSatisfy { $0 + $1 <= 1 })
            }
        }
    }
}

/// Overlaps in files of several sizes.
struct StructureOverlapTests {
    @Test func filesOfTwoSizesAreComparedInTheArrays() throws {
        let set = try OwnSet(labels: false)
        for index in 0..<8 {
            try set.put(OwnSet.mask(index, of: [1]), "a/i\(index).png")
            // Half the side: the same rectangle of the second structure, or of the first.
            let values = OwnSet.values(index)
            let small = (0..<256).map { place -> UInt8 in
                let value = values[place / 16 * 2 * 32 + place % 16 * 2]
                return value == (index == 3 ? 1 : 2) ? 1 : 0
            }
            try set.put(PNG.encode(mask: small, width: 16, height: 16), "b/i\(index).png")
        }
        try set.put("masks: {a: a, b: b}\nexclusive: true\n", "dataset.yaml")
        #expect(set.refusal().contains("1 image in which structures overlap"), "\(set.refusal())")
        #expect(set.refusal().contains("i3 has the most such pixels"))
        try set.put("masks: {a: a}\nexclusive: true\n", "dataset.yaml")
        #expect(try set.loaded().structures == ["a"])
    }
}
