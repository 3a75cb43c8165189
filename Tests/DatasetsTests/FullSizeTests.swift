import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// Phantoms at the releases' own sizes. Some seconds and 100 MB an image: only where
/// `LIGHTBOX_FULL_SIZE` is set.
struct FullSizeTests {
    private static let isWanted = ProcessInfo.processInfo.environment["LIGHTBOX_FULL_SIZE"] != nil

    /// Both orientations, folds and classes.
    private let options = PhantomOptions(count: 3, size: .original, seed: 3)

    /// What was drawn as image `index`: one value a pixel, 1 inside.
    private func drawnMask(_ index: Int, _ layout: PhantomLayout) -> GrayImage {
        let (width, height) = PhantomWriter.size(of: index, .original, layout: layout)
        let mask =
            layout == .spine
            ? PhantomGenerator.vertebra(index, seed: options.seed, side: width).body
            : PhantomGenerator.radiograph(
                index, seed: options.seed, layout: layout, width: width, height: height
            ).lungs
        return GrayImage(width: width, height: height, maximum: 1, pixels: mask.map(UInt16.init))
    }

    @Test(.enabled(if: isWanted), arguments: PhantomLayout.allCases)
    func readsBackAsDrawn(layout: PhantomLayout) throws {
        let folder = try TemporaryFolder()
        _ = try PhantomWriter(layout: layout, options: options).write(to: folder.url)
        let entry = try DatasetRegistry.require(layout.rawValue)
        let dataset = try entry.load(folder.root, LoadOptions(cache: nil))
        let list = try #require(entry.list)
        let listing = try list(folder.root)
        #expect(dataset.notes.isEmpty && dataset.examples.count == options.count)
        for index in 0..<options.count {
            let id = PhantomWriter.id(of: index, layout: layout)
            let position = try #require(dataset.examples.firstIndex { $0.id == id })
            let drawn = drawnMask(index, layout)
            let example = dataset.examples[position]
            #expect(
                example.originalWidth == drawn.width && example.originalHeight == drawn.height)
            // Pixel by pixel in the files, and reduced in the data set.
            var united = [UInt16](repeating: 0, count: drawn.pixels.count)
            for file in listing.sources[position].masks {
                let mask = try ImageFile.decode(ImageFile.bytes(of: file), name: file.path)
                for i in united.indices where mask.pixels[i] > 0 { united[i] = 1 }
            }
            #expect(united == drawn.pixels, "\(id)")
            let reduced = AreaAverage.reduce(drawn, width: 128, height: 128)
            #expect(Array(dataset.mask(position)) == reduced.map { $0 >= 0.5 ? 1 : 0 }, "\(id)")
        }
        let report = try #require(try entry.check(folder.root))
        #expect(report.isSound && report.fingerprint != nil)
        let pixels: [PhantomLayout: String] = [
            .mcx: "16-bit gray", .scx: "8-bit gray", .jcx: "12-bit gray", .spine: "8-bit gray",
        ]
        #expect(report.pixels.map(\.name) == [pixels[layout] ?? ""])
    }
}
