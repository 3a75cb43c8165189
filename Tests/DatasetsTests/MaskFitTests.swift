import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// Masks that are not what their images show: found by `data check` and by training alike, in
/// folders of one's own and in the releases' layouts.
struct MaskFitTests {
    /// Drawn lungs as a folder of one's own; `mask` may give another mask than the image's.
    private func folder(
        count: Int = 24, mask: (_ index: Int, _ all: [[UInt8]]) -> [UInt8] = { $1[$0] }
    ) throws -> TemporaryFolder {
        let drawn = (0..<count).map {
            PhantomGenerator.radiograph(
                $0, seed: 3, layout: .mcx, width: Self.side, height: Self.side)
        }
        let masks = drawn.map { Array($0.lungs) }
        let folder = try TemporaryFolder()
        for (part, isMask) in [("images", false), ("masks", true)] {
            let place = folder.url.appendingPathComponent(part)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for index in 0..<count {
                let number = String(1000 + index).dropFirst()
                let bytes =
                    isMask
                    ? try PNG.encode(mask: mask(index, masks), width: Self.side, height: Self.side)
                    : try PNG.encode(drawn[index].image)
                try ImageFile.write(bytes, to: place.appendingPathComponent("i\(number).png"))
            }
        }
        return folder
    }

    private static let side = 64

    private func errors(_ folder: TemporaryFolder) throws -> [DatasetFinding] {
        let entry = DatasetEntry.ownFolder(".")
        let checked = try #require(try entry.check(folder.root)).findings
            .filter { $0.severity == .error }
        // The same stops training.
        do throws(DatasetError) {
            _ = try entry.load(folder.root, LoadOptions(side: 64, cache: nil))
            #expect(checked.isEmpty)
        } catch {
            guard case .unsound(_, let finding) = error else { throw error }
            #expect(finding.kind == checked.first?.kind && finding.items == checked.first?.items)
        }
        return checked
    }

    private static func transposed(_ mask: [UInt8]) -> [UInt8] {
        (0..<side * side).map { mask[$0 % side * side + $0 / side] }
    }

    private static func turned(_ mask: [UInt8]) -> [UInt8] { mask.reversed() }

    @Test func ownMasksAreInOrder() throws {
        #expect(try errors(folder()).isEmpty)
    }

    @Test(arguments: [[0], [5, 6], Array(stride(from: 1, to: 24, by: 2))])
    func invertedMasksAmongOthers(places: [Int]) throws {
        let found = try errors(
            folder { places.contains($0) ? $1[$0].map { 1 - $0 } : $1[$0] })
        #expect(found.map(\.kind) == [.invertedMask])
        #expect(found.first?.items.count == places.count)
    }

    @Test(arguments: [[3], [0, 7, 8]])
    func singleMasksTurned(places: [Int]) throws {
        for turn in [Self.transposed, Self.turned] {
            let found = try errors(folder { places.contains($0) ? turn($1[$0]) : $1[$0] })
            #expect(found.map(\.kind) == [.turnedMask])
            #expect(
                found.first?.items == places.map { "i" + String(1000 + $0).dropFirst() })
        }
    }

    @Test func everySecondMaskTurned() throws {
        let found = try errors(folder { $0 % 2 == 1 ? Self.transposed($1[$0]) : $1[$0] })
        #expect(found.map(\.kind) == [.turnedMask])
    }

    @Test func allMasksTurned() throws {
        for turn in [Self.transposed, Self.turned] {
            #expect(try errors(folder { turn($1[$0]) }).map(\.kind) == [.turnedMask])
        }
    }

    @Test(arguments: [1, 23])
    func masksOfTheNeighbours(shift: Int) throws {
        let found = try errors(folder { $1[($0 + shift) % $1.count] })
        #expect(found.map(\.kind) == [.otherImagesMask])
        #expect((found.first?.items.count ?? 0) >= 20)
    }

    @Test func oneMaskForTwoImages() throws {
        let folder = try folder { $1[$0 == 5 ? 4 : $0] }
        #expect(try errors(folder).isEmpty)
        let found = try DatasetEntry.ownFolder(".").check(folder.root)?.findings
            .filter { $0.kind == .equalMasks }
        #expect(found?.first?.items == ["i004 = i005"])
    }

    @Test(arguments: [1, 24])
    func noise(count: Int) throws {
        var state: UInt64 = 7
        func bit() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 63)
        }
        let pure = try errors(folder { $0 < count ? $1[$0].map { _ in bit() } : $1[$0] })
        #expect(pure.map(\.kind) == [.noisyMask] && pure[0].items.count == count)
        let half = try errors(
            folder { $0 < count ? $1[$0].map { bit() == 0 ? $0 : bit() } : $1[$0] })
        #expect(half.first?.kind == .noisyMask)
    }

    @Test(arguments: PhantomLayout.allCases)
    func drawingsAreInOrder(layout: PhantomLayout) throws {
        for seed: UInt64 in [1, 11] {
            let folder = try TemporaryFolder()
            try folder.write(layout, count: 40, seed: seed)
            let report = try #require(
                try DatasetRegistry.find(layout.rawValue)?.check(folder.root))
            #expect(report.findings.isEmpty)
        }
    }

    @Test(arguments: [("1", "01"), ("p1", "P1"), ("p7", "p\u{200B}7")])
    func namesThatAreProbablyOnePatient(pair: (String, String)) throws {
        func table(_ parts: (Int) -> String) -> String {
            "file,patient,split\n"
                + (0..<10).map {
                    "i\($0).png,\($0 == 0 ? pair.0 : $0 == 1 ? pair.1 : "q\($0)"),\(parts($0))"
                }.joined(separator: "\n")
        }
        let torn = try MaskSet(labels: table { $0 < 1 || $0 > 6 ? "test" : "train" })
        for findings in [try torn.checked(), try torn.trained()] {
            #expect(findings.contains { $0.severity == .error && $0.kind == .patientInTwoSplits })
        }
        let together = try MaskSet(labels: table { $0 < 3 ? "test" : "train" })
        let found = try together.checked()
        #expect(!found.contains { $0.severity == .error })
        #expect(found.contains { $0.kind == .similarNames && $0.severity == .warning })
    }

    /// Where no table says who is where, names that are probably one's never part.
    @Test func aDrawnDivisionKeepsThemTogether() throws {
        let names = (0..<10).flatMap { ["a\($0)", "A0\($0)"] }
        let set = try MaskSet(
            count: 20,
            labels: "file,patient\n"
                + names.enumerated().map { "i\($0).png,\($1)" }.joined(separator: "\n"))
        let dataset = try set.loaded()
        for seed: UInt64 in 1...8 {
            let split = try DataSplit.make(
                for: dataset, seed: seed, labelledPercent: 100, stratified: false)
            for pair in Dictionary(
                grouping: dataset.examples.indices,
                by: {
                    dataset.examples[$0].patient?.last
                }
            ).values {
                #expect(Set(pair.map { split.part(of: $0) }).count == 1)
            }
        }
    }

    @Test func allMasksMirrored() throws {
        func mirrored(_ mask: [UInt8]) -> [UInt8] {
            (0..<Self.side * Self.side).map {
                mask[$0 / Self.side * Self.side + Self.side - 1 - $0 % Self.side]
            }
        }
        let found = try errors(folder { mirrored($1[$0]) })
        #expect(found.allSatisfy { $0.text.hasSuffix("mirrored from left to right") })
    }
}
