import Foundation
import Imaging
import Testing

@testable import Datasets

/// Phantoms at the releases' own sizes. Some seconds and 100 MB an image: only where
/// `LIGHTBOX_FULL_SIZE` is set.
struct FullSizeTests {
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["LIGHTBOX_FULL_SIZE"] != nil),
        arguments: [PhantomLayout.mcx, .scx, .jcx])
    func readsBackAsDrawn(layout: PhantomLayout) throws {
        let folder = try TemporaryFolder()
        let options = PhantomOptions(count: 2, size: .original, seed: 3)
        _ = try PhantomWriter(layout: layout, options: options).write(to: folder.url)
        let entry = try DatasetRegistry.require(layout.rawValue)
        let dataset = try entry.load(folder.root, LoadOptions(cache: nil))
        #expect(dataset.notes.isEmpty)
        for index in 0..<2 {
            let (width, height) = PhantomWriter.size(of: index, .original, layout: layout)
            let drawn = PhantomGenerator.radiograph(
                index, seed: 3, layout: layout, width: width, height: height)
            let id = PhantomWriter.id(of: index, layout: layout)
            let position = try #require(dataset.examples.firstIndex { $0.id == id })
            let example = dataset.examples[position]
            #expect(example.originalWidth == width && example.originalHeight == height)
            let full = GrayImage(
                width: width, height: height, maximum: 1, pixels: drawn.lungs.map(UInt16.init))
            let mask = AreaAverage.reduce(full, width: 128, height: 128).map {
                UInt8($0 >= 0.5 ? 1 : 0)
            }
            #expect(Array(dataset.mask(position)) == mask, "\(id)")
        }
        let report = try #require(try entry.check(folder.root))
        #expect(report.isSound)
        let pixels = [PhantomLayout.mcx: "16-bit gray", .scx: "8-bit gray", .jcx: "12-bit gray"]
        #expect(report.pixels.map(\.name) == [pixels[layout] ?? ""])
    }
}
