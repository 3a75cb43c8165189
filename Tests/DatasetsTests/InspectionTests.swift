import Foundation
import Imaging
import Testing

@testable import Datasets

/// What `data check` says and what training does are one.
struct InspectionTests {
    private typealias Kind = DatasetFinding.Kind
    private typealias Severity = DatasetFinding.Severity

    /// Expects the same from the check and from training: an error stops it, the rest is found by
    /// both.
    private func expect(
        _ set: MaskSet, _ severity: Severity, _ kind: Kind, items: Int? = nil,
        _ words: String..., location: SourceLocation = #_sourceLocation
    ) throws {
        let checked = try set.checked()
        let trained = try set.trained()
        for findings in [checked, trained] {
            let finding = findings.first { $0.kind == kind }
            #expect(finding?.severity == severity, "\(findings)", sourceLocation: location)
            if let items {
                #expect(finding?.items.count == items, "\(findings)", sourceLocation: location)
            }
            for word in words {
                #expect(
                    finding?.sentence.contains(word) == true, "\(findings)",
                    sourceLocation: location)
            }
        }
        if severity != .error {
            #expect(
                trained.filter { $0.severity != .note }.map(\.kind)
                    == checked.filter { $0.severity != .note }.map(\.kind),
                sourceLocation: location)
        }
    }

    @Test func aSoundSet() throws {
        let set = try MaskSet()
        #expect(try set.checked().isEmpty && set.trained().isEmpty)
    }

    @Test func masksWithoutAnythingInside() throws {
        let none = [UInt8](repeating: 0, count: 32 * 24)
        let full = none.map { _ in UInt8(1) }
        try expect(
            MaskSet { index, _ in try MaskSet.png(index, none) }, .error, .emptyMask, items: 10,
            "10 masks", "empty")
        try expect(
            MaskSet { index, pixels in try MaskSet.png(index, index < 3 ? none : pixels) },
            .warning, .emptyMask, items: 3, "3 masks")
        try expect(
            MaskSet { index, _ in try MaskSet.png(index, full) }, .error, .fullMask, items: 10,
            "full")
        try expect(
            MaskSet { index, pixels in try MaskSet.png(index, index == 4 ? full : pixels) },
            .warning, .fullMask, items: 1, "1 mask ")
        // One pixel of 700 x 700 is nothing at 128 x 128.
        let set = try MaskSet()
        for index in 0..<2 {
            let image = GrayImage(width: 700, height: 700, filledWith: UInt16(index + 3))
            try set.put(PNG.encode(image), "images/i\(index).png")
            var dot = [UInt8](repeating: 0, count: 490_000)
            dot[12_345] = 1
            try set.put(
                PNG.encode(mask: dot, width: 700, height: 700), "masks/i\(index).png")
        }
        try expect(set, .warning, .lostMask, items: 2, "128 x 128")
    }

    @Test func valuesThatAreNoMask() throws {
        // Labels, noise in all masks, noise in one.
        try expect(
            MaskSet { _, pixels in
                try MaskSet.gray(pixels.enumerated().map { UInt16($1) * ($0 % 32 > 7 ? 3 : 1) })
            }, .error, .severalValues, items: 10, "0, 1 and 3", "each structure")
        for noisy in [0..<10, 3..<4] {
            try expect(
                MaskSet { index, pixels in
                    try MaskSet.gray(
                        pixels.enumerated().map {
                            UInt16($1) * 252 + (noisy.contains(index) ? UInt16($0 % 4) : 0)
                        })
                }, .error, .severalValues, items: noisy.count)
        }
        // An empty mask with noise of two values comes out as half an image.
        try expect(
            MaskSet { index, pixels in
                try MaskSet.gray(
                    pixels.enumerated().map {
                        index == 2 ? UInt16($0 * $0 % 2) : UInt16($1) * 255
                    })
            }, .error, .noisyMask, items: 1, "of noise")
        // A stray pixel or so is noise; a mask of 0 and 1 among those of 0 and 255 is none.
        try expect(
            MaskSet { index, pixels in
                try MaskSet.gray(
                    pixels.enumerated().map {
                        index == 2 ? ($0 < 3 ? 1 : 0) : UInt16($1) * 255
                    })
            }, .warning, .otherValue, items: 1, "1 inside", "255", "noise?")
        let mixed = try MaskSet { index, pixels in
            try MaskSet.gray(pixels.map { UInt16($0) * (index < 2 ? 1 : 255) })
        }
        try expect(
            mixed, .note, .otherValue, items: 2, "2 masks with 1 inside, where most have 255")
        // Neither 0/1 nor 16 bits are odd by themselves.
        for (value, maximum) in [(1, 255), (65535, 65535), (9, 255)] as [(UInt16, UInt16)] {
            let set = try MaskSet { _, pixels in
                try MaskSet.gray(pixels.map { UInt16($0) * value }, maximum: maximum)
            }
            #expect(try set.checked().isEmpty && set.trained().isEmpty)
            #expect(try set.loaded().masks == MaskSet().loaded().masks)
        }
    }

    @Test func shapes() throws {
        // Transposed, cut off; half the side is no fault.
        try expect(
            MaskSet { _, pixels in try PNG.encode(mask: pixels, width: 24, height: 32) },
            .error, .sizeMismatch, items: 10, "24 x 32 for 32 x 24")
        try expect(
            MaskSet { index, pixels in
                if index != 7 { return try MaskSet.png(index, pixels) }
                return try PNG.encode(mask: Array(pixels.prefix(32 * 9)), width: 32, height: 9)
            }, .error, .sizeMismatch, items: 1)
        let half = try MaskSet { _, _ in
            try PNG.encode(mask: (0..<192).map { $0 % 16 < 6 ? 1 : 0 }, width: 16, height: 12)
        }
        for found in [try half.checked(), try half.trained()] {
            #expect(found.map(\.kind) == [.equalMasks])
        }
    }

    @Test func brokenFiles() throws {
        let set = try MaskSet()
        try set.put([1, 2, 3], "masks/i4.png")
        try expect(set, .error, .brokenFile, items: nil, "i4.png")
    }

    @Test func patientsAndEqualImagesInTwoParts() throws {
        func table(_ part: (Int) -> String) -> String {
            "file,patient,split\n"
                + (0..<10).map { "i\($0).png,p\($0 / 2),\(part($0))\n" }.joined()
        }
        let cycle = ["train", "train", "test", "test", "validation"]
        let sound = try MaskSet(labels: table { cycle[$0 / 2] })
        #expect(try sound.checked().isEmpty && sound.trained().isEmpty)
        try expect(
            MaskSet(labels: table { ["train", "test"][$0 % 2] }), .error, .patientInTwoSplits,
            items: 5)
        try expect(
            MaskSet(labels: table { $0 == 4 ? "" : cycle[$0 / 2] }), .error, .patientInTwoSplits,
            items: 1, "p2")

        let leak = try MaskSet(labels: table { cycle[$0 / 2] })
        try leak.put(PNG.encode(MaskSet.image(0)), "images/i5.png")
        try expect(
            leak, .error, .contentInTwoSplits, items: 1, "i0 (train) = i5 (test)")
        // No table: the division is drawn, so that a copy is a warning.
        let copy = try MaskSet()
        try copy.put(PNG.encode(MaskSet.image(0), compression: .small), "images/i5.png")
        #expect(try copy.checked().map(\.kind) == [.duplicateContent])
        #expect(try copy.trained().first?.kind == .duplicateContent)
    }

    @Test func setsThatCannotBeDivided() throws {
        try expect(MaskSet(count: 3), .error, .cannotSplit, items: nil, "expected at least 4")
        let two = "file,patient\n" + (0..<10).map { "i\($0),p\($0 % 2)\n" }.joined()
        try expect(MaskSet(labels: two), .error, .cannotSplit, items: nil, "2 patients")
    }

    @Test func tables() throws {
        let names = ["Normal", "normal ", "sick", " SICK", "nor mal"]
        let labels =
            "file,class,patients,age,labelled\n"
            + (0..<10).map { "i\($0),\"\(names[$0 % 5])\",p\($0),30,1\n" }.joined()
        let set = try MaskSet(labels: labels)
        try expect(set, .warning, .similarNames, items: 2, "'sick'", "' SICK'")
        let columns = try set.trained().filter { $0.kind == .unknownColumn }
        #expect(columns.map(\.severity) == [.warning, .note])
        #expect(columns.first?.text.contains("expected 'patient'") == true)
        #expect(columns.last?.text.contains("'age'") == true)
    }

    @Test(arguments: [
        ("patient id", "patient"), ("Subject", "patient"), ("diagnosis", "class"),
        ("clas", "class"), ("subset", "split"),
    ])
    func aColumnOfAnotherNameIsToldTheUsualOne(column: String, usual: String) throws {
        let rows = (0..<10).map { "i\($0),x\($0 % 2)\n" }.joined()
        let set = try MaskSet(labels: "file,\(column)\n" + rows)
        let finding = try #require(try set.checked().first { $0.kind == .unknownColumn })
        #expect(finding.severity == .warning)
        #expect(finding.text.hasSuffix("is not read; expected '\(usual)'"), "\(finding.text)")
    }

    @Test func everyBadRowIsListedBesideWhatThePixelsShow() throws {
        let none = [UInt8](repeating: 0, count: 32 * 24)
        let set = try MaskSet(
            labels: "file,class\ni0.png,a\nscan 1.bmp,b\ni0.png,a\nscan 2,b\nno.png,a\n"
        ) { index, pixels in try MaskSet.png(index, index == 3 ? none : pixels) }
        for name in ["scan 1.bmp", "scan 2.bmp"] {
            try set.put([0x42, 0x4D, 0, 0], "images/\(name)")
        }
        let advice =
            "convert it to PNG, for example with ImageMagick (magick FILE.bmp FILE.png)"
        let findings = try set.checked()
        let rows = try #require(findings.first { $0.kind == .badRow })
        #expect(rows.text == "4 rows of labels.csv that cannot be used")
        #expect(
            rows.items == [
                "line 3: 'scan 1.bmp' is there and is a BMP file, which is not read here; \(advice)",
                "line 4: 'i0.png' stands on line 2 already",
                "line 5: 'scan 2' (scan 2.bmp) is there and is a BMP file, which is not read here; "
                    + advice,
                "line 6: there is no image 'no.png'",
            ])
        #expect(findings.contains { $0.kind == .emptyMask })
        let left = findings.first { $0.kind == .otherFormat }?.text ?? ""
        #expect(left.hasSuffix("; BMP: " + advice), "\(left)")
        let error = #expect(throws: DatasetError.self) { try set.loaded() }
        #expect(
            error?.description.hasSuffix("(and 3 more such; lightbox data check names all)") == true
        )
    }

    @Test func filesOfOtherFormats() throws {
        let set = try MaskSet()
        for name in ["a.jpg", "b.JPG", "c.dcm", "IM0001", "notes.txt", ".hidden.jpg"] {
            try set.put([1], "images/\(name)")
        }
        try set.put([1], "masks/a.tif")
        let found = try set.checked().filter { $0.kind == .otherFormat }
        #expect(try set.trained().filter { $0.kind == .otherFormat } == found)
        #expect(found.map(\.items) == [["IM0001"], ["c.dcm"], ["a.jpg", "b.JPG"], ["a.tif"]])
        #expect(found[2].text.hasPrefix("2 files .jpg in images left out"))

        let only = try MaskSet(count: 0)
        try only.put([1], "images/a.jpg")
        #expect("\(String(describing: error { _ = try only.checked() }))".contains("1 file .jpg"))
        #expect("\(String(describing: error { _ = try only.loaded() }))".contains("1 file .jpg"))
    }

    private func error(_ body: () throws -> Void) -> (any Error)? {
        do { try body() } catch { return error }
        return nil
    }

    @Test func maskNames() throws {
        let plain = try MaskSet().loaded().masks
        for name in ["_mask.png", "-mask.PNG", "_seg.png", "_MASK.png", ".PNG"] {
            let set = try MaskSet { _, _ in nil }
            for index in 0..<10 {
                let bytes = try MaskSet.png(index, MaskSet.pixels(index)) ?? []
                try set.put(bytes, "masks/i\(index)\(name)")
            }
            #expect(try set.loaded().masks == plain, "\(name)")
        }
    }

    @Test func theCacheKeepsWhatWasFound() throws {
        let cacheFolder = try TemporaryFolder()
        let cache = DatasetCache(folder: cacheFolder.url)
        let labels = "file,patients\n" + (0..<10).map { "i\($0),p\($0)\n" }.joined()
        let set = try MaskSet(labels: labels) { index, pixels in
            try MaskSet.png(index, index < 2 ? pixels.map { _ in 0 } : pixels)
        }
        // Large enough to be kept.
        var state: UInt64 = 1
        let noise = (0..<1_920_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt16(state >> 48)
        }
        let large = GrayImage(width: 1600, height: 1200, maximum: 65535, pixels: noise)
        try set.put(PNG.encode(large, compression: .fast), "images/i3.png")
        try set.put(PNG.encode(large, compression: .fast), "images/i4.png")
        let cold = try set.trained(cache: cache)
        #expect(Set(cold.map(\.kind)).isSuperset(of: [.emptyMask, .duplicateContent]))
        let arrays = try FileManager.default.contentsOfDirectory(
            atPath: cacheFolder.url.appendingPathComponent("arrays").path)
        #expect(arrays.contains { $0.hasSuffix(".lightbox") })
        #expect(try set.trained(cache: cache) == cold)
        // What no file tells is looked up anew.
        try set.put([1], "images/late.jpg")
        #expect(try set.trained(cache: cache).contains { $0.kind == .otherFormat })
    }
}
