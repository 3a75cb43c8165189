import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

struct PhantomTests {
    /// Both lungs as drawn, reduced as a reader reduces masks.
    private func drawnMask(
        _ index: Int, _ layout: PhantomLayout, size: Int, side: Int
    ) -> [UInt8] {
        let mask =
            layout == .spine
            ? PhantomGenerator.vertebra(index, seed: 3, side: size).body
            : PhantomGenerator.radiograph(
                index, seed: 3, layout: layout, width: size, height: size
            ).lungs
        let full = GrayImage(
            width: size, height: size, maximum: 1, pixels: mask.map(UInt16.init))
        return AreaAverage.reduce(full, width: side, height: side).map { $0 >= 0.5 ? 1 : 0 }
    }

    @Test(arguments: PhantomLayout.allCases)
    func officialLayoutsReadBackAsDrawn(layout: PhantomLayout) throws {
        let folder = try TemporaryFolder()
        try folder.write(layout, count: 5)
        let entry = try DatasetRegistry.require(layout.rawValue)
        let dataset = try entry.load(folder.root, LoadOptions(side: 32))
        #expect(dataset.examples.count == 5)
        #expect(dataset.notes.isEmpty)
        let order = (0..<5).sorted {
            PhantomWriter.id(of: $0, layout: layout) < PhantomWriter.id(of: $1, layout: layout)
        }
        for (position, index) in order.enumerated() {
            let example = dataset.examples[position]
            #expect(example.id == PhantomWriter.id(of: index, layout: layout))
            #expect(example.classIndex == PhantomFinding.classIndex(of: index, in: layout))
            #expect(example.hasMask && example.originalWidth == 64)
            #expect(
                Array(dataset.mask(position)) == drawnMask(index, layout, size: 64, side: 32),
                "mask of \(example.id)")
            #expect(dataset.image(position).min() == 0 && dataset.image(position).max() == 1)
        }
    }

    @Test func inMemoryEqualsWrittenAndRead() throws {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 3)
        let read = try DatasetRegistry.require("mcx").load(folder.root, LoadOptions(side: 32))
        let options = LoadOptions(
            side: 32, phantom: PhantomOptions(count: 3, size: .square(64), seed: 3))
        let made = try DatasetRegistry.require("phantom").load(folder.root, options)
        #expect(made.images == read.images)
        #expect(made.masks == read.masks)
        #expect(made.examples.map(\.id) == read.examples.map(\.id))
        #expect(made.fingerprint != read.fingerprint)
    }

    @Test func imagesDoNotDependOnTheCount() {
        let first = PhantomGenerator.radiograph(4, seed: 9, layout: .scx, width: 48, height: 48)
        let again = PhantomGenerator.radiograph(4, seed: 9, layout: .scx, width: 48, height: 48)
        let other = PhantomGenerator.radiograph(4, seed: 10, layout: .scx, width: 48, height: 48)
        #expect(first.image == again.image && first.leftLung == again.leftLung)
        #expect(first.image != other.image)
    }

    @Test func lungsArePlausible() {
        for index in 0..<16 {
            let drawn = PhantomGenerator.radiograph(
                index, seed: 1, layout: .mcx, width: 64, height: 64)
            let inside = zip(drawn.image.pixels, drawn.lungs).filter { $0.1 == 1 }.map(\.0)
            let fraction = Double(inside.count) / (64 * 64)
            #expect(
                LungMaskFault.plausible(.both).contains(fraction), "image \(index): \(fraction)")
            let both = zip(drawn.leftLung, drawn.rightLung).contains { $0 == 1 && $1 == 1 }
            #expect(!both, "the lungs of image \(index) overlap")
            // Air is darker than the rest of the chest.
            let mean = inside.reduce(0) { $0 + Double($1) } / Double(inside.count)
            let chest = (24..<40).map { Double(drawn.image[32, $0]) }.reduce(0, +) / 16
            #expect(mean < 0.75 * chest, "image \(index): lungs \(mean), spine \(chest)")
        }
    }

    @Test func badOptionsAreRefused() {
        #expect(throws: DatasetError.self) {
            try PhantomWriter(layout: .mcx, options: PhantomOptions(count: 0))
        }
        #expect(throws: DatasetError.self) {
            try PhantomWriter(layout: .jcx, options: PhantomOptions(size: .square(100)))
        }
    }
}
