import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

struct CacheTests {
    private let mcx = DatasetEntry.montgomery

    /// A set above the size from which data sets are cached, and a cache beside it.
    private func prepared() throws -> (folder: TemporaryFolder, options: LoadOptions) {
        let folder = try TemporaryFolder()
        try folder.write(.mcx, count: 2)
        // Padding after the PNG's end enlarges the files without slowing the test.
        for name in ["MCUCXR_0001_0", "MCUCXR_0002_0"] {
            let file = folder.url.appendingPathComponent("MontgomerySet/CXR_png/\(name).png")
            let bytes = try ImageFile.bytes(of: file)
            try ImageFile.write(
                bytes + [UInt8](repeating: 0, count: DatasetCache.worthwhile), to: file)
        }
        let cache = DatasetCache(folder: folder.url.appendingPathComponent("cache"))
        return (folder, LoadOptions(side: 16, cache: cache))
    }

    private func arrayFiles(_ options: LoadOptions) -> [URL] {
        let folder = options.cache?.folder.appendingPathComponent("arrays")
        let files = folder.flatMap {
            try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
        }
        return (files ?? []).filter { $0.pathExtension == "lightbox" }
    }

    @Test func cachedEqualsDecoded() throws {
        let (folder, options) = try prepared()
        var uncached = options
        uncached.cache = nil
        let plain = try mcx.load(folder.root, uncached)
        let first = try mcx.load(folder.root, options)
        #expect(arrayFiles(options).count == 1)
        let second = try mcx.load(folder.root, options)
        for dataset in [first, second] {
            #expect(dataset.images == plain.images)
            #expect(dataset.masks == plain.masks)
            #expect(dataset.examples == plain.examples)
            #expect(dataset.fingerprint == plain.fingerprint)
        }
        #expect(try mcx.fingerprint(folder.root, options) == plain.fingerprint)
        #expect(try mcx.fingerprint(folder.root, uncached) == plain.fingerprint)
    }

    @Test func sizesOfAsManyPixelsAreEntriesOfTheirOwn() throws {
        let (folder, options) = try prepared()
        let file = try ImageFile.bytes(
            of: folder.url.appendingPathComponent("MontgomerySet/CXR_png/MCUCXR_0001_0.png"))
        for (height, width) in [(32, 48), (48, 32)] {
            var options = options
            options.preparation.shape = ImageShape(height: height, width: width)
            for isCached in [false, true] {
                let dataset = try mcx.load(folder.root, options)
                var values = try ImageFile.reduce(file, name: "a", width: width, height: height)
                    .values
                Normalisation.minMax.apply(to: &values)
                #expect(
                    dataset.shape == options.preparation.shape && Array(dataset.image(0)) == values)
                #expect(dataset.masks.count == 2 * height * width, "\(isCached)")
            }
        }
        #expect(arrayFiles(options).count == 2)
    }

    @Test func askingForTheFingerprintFillsTheCache() throws {
        let (folder, options) = try prepared()
        let calls = SharedCounter()
        var observed = options
        observed.progress = { _, _ in _ = calls.advance() }
        let fingerprint = try mcx.fingerprint(folder.root, observed)
        #expect(arrayFiles(options).count == 1)
        // Two images were decoded then, and none is again.
        #expect(try mcx.load(folder.root, observed).fingerprint == fingerprint)
        #expect(try mcx.fingerprint(folder.root, observed) == fingerprint)
        #expect(calls.advance() == 3)
    }

    @Test func theCacheIsReallyRead() throws {
        let (folder, options) = try prepared()
        let first = try mcx.load(folder.root, options)
        let url = try #require(arrayFiles(options).first)
        let file = try #require(ArrayFile(url))
        let changed = ArrayFile(
            header: file.header, images: file.images.map { 1 - $0 }, masks: file.masks)
        #expect(changed.write(to: url))
        #expect(try mcx.load(folder.root, options).images == first.images.map { 1 - $0 })
    }

    @Test func preprocessingIsPartOfTheKey() throws {
        let (folder, options) = try prepared()
        let first = try mcx.load(folder.root, options)
        var other = options
        other.preparation.normalisation = .zScore
        #expect(try mcx.load(folder.root, other).images != first.images)
        other.preparation.shape = .square(8)
        #expect(try mcx.load(folder.root, other).shape == .square(8))
        #expect(arrayFiles(options).count == 3)
    }

    @Test func aChangedFileIsDecodedAgain() throws {
        let (folder, options) = try prepared()
        let first = try mcx.load(folder.root, options)
        let file = folder.url.appendingPathComponent("MontgomerySet/CXR_png/MCUCXR_0001_0.png")
        var image = try PNG.decode(ImageFile.bytes(of: file), name: "image")
        for i in 0..<2000 { image.pixels[i] = 255 }
        try ImageFile.write(PNG.encode(image), to: file)
        let second = try mcx.load(folder.root, options)
        #expect(second.fingerprint != first.fingerprint)
        #expect(second.images != first.images)
        #expect(second.masks == first.masks)
    }

    @Test func damagedCachesAreIgnored() throws {
        let (folder, options) = try prepared()
        let first = try mcx.load(folder.root, options)
        let url = try #require(arrayFiles(options).first)
        let bytes = try ImageFile.bytes(of: url)
        var flipped = bytes
        flipped[bytes.count - 100] ^= 1
        for damage in [[], Array(bytes.prefix(20)), Array(bytes.dropLast()), flipped] {
            try ImageFile.write(damage, to: url)
            #expect(try mcx.load(folder.root, options).images == first.images)
        }
        let cache = try #require(options.cache)
        try ImageFile.write(Array("nonsense\n\t\t\t\t\t\n".utf8), to: cache.digests)
        #expect(try mcx.load(folder.root, options).fingerprint == first.fingerprint)
    }

    @Test func anUnwritableFolderCostsOnlyTime() throws {
        let (folder, options) = try prepared()
        var blocked = options
        // A file stands where the cache's folder should be.
        let place = folder.url.appendingPathComponent("blocked")
        try ImageFile.write([1], to: place)
        blocked.cache = DatasetCache(folder: place)
        let direct = try mcx.load(folder.root, blocked)
        #expect(try mcx.load(folder.root, options).images == direct.images)
    }

    @Test func twoBuildersAgree() throws {
        let (folder, options) = try prepared()
        let root = folder.root
        let mcx = mcx
        let loaded = parallelMap(4) { _ in try? mcx.load(root, options) }
        #expect(loaded.count == 4)
        for dataset in loaded {
            #expect(dataset?.images == loaded[0]?.images)
            #expect(dataset?.fingerprint == loaded[0]?.fingerprint)
        }
        #expect(arrayFiles(options).count == 1)
    }
}
