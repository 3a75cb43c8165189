import Domain
import Foundation
import Imaging
import Testing

@testable import Datasets

/// Images of 32 x 24 pixels as squares, stretched, fitted and cropped.
struct ResizeTests {
    private func options(
        _ resize: Resize, side: Int = 16, _ normalisation: Normalisation = .minMax,
        cache: DatasetCache? = nil
    ) -> LoadOptions {
        var options = LoadOptions(side: side, normalisation: normalisation, cache: cache)
        options.preparation.resize = resize
        return options
    }

    private let entry = DatasetEntry.ownFolder(".")

    /// What is seen of an image is scaled by itself, and padding is 0 behind that.
    @Test(arguments: Normalisation.allCases)
    func paddingIsZeroBesideWhatIsSeen(_ normalisation: Normalisation) throws {
        let set = try MaskSet()
        let dataset = try entry.load(set.folder.root, options(.fit, normalisation))
        #expect(dataset.resize == .fit && dataset.shape == .square(16))
        for index in dataset.examples.indices {
            var own = AreaAverage.reduce(MaskSet.image(index), width: 16, height: 12)
            normalisation.apply(to: &own)
            let zeros = [Float](repeating: 0, count: 2 * 16)
            #expect(Array(dataset.image(index)) == zeros + own + zeros)
            let drawn = GrayImage(
                width: 32, height: 24, maximum: 1, pixels: MaskSet.pixels(index).map(UInt16.init))
            let mask = BinaryMask.foreground(AreaAverage.reduce(drawn, width: 16, height: 12))
            let none = [UInt8](repeating: 0, count: 2 * 16)
            #expect(Array(dataset.mask(index)) == none + mask + none)
            let sample = dataset.sample(index)
            #expect(sample.image == own && sample.mask == mask)
            #expect(sample.shape == ImageShape(height: 12, width: 16))
        }
    }

    @Test func whatSticksOutIsCutOff() throws {
        let set = try MaskSet()
        let dataset = try entry.load(set.folder.root, options(.crop))
        for index in dataset.examples.indices {
            let whole = AreaAverage.reduce(MaskSet.image(index), width: 21, height: 16)
            var own = (0..<16).flatMap { row in (3..<19).map { whole[row * 21 + $0] } }
            Normalisation.minMax.apply(to: &own)
            #expect(Array(dataset.image(index)) == own)
        }
    }

    /// One function for arrays that are trained on and for an image that is predicted.
    @Test(arguments: Resize.allCases)
    func anImageIsPreparedAsInTraining(_ resize: Resize) throws {
        let set = try MaskSet()
        for side in [16, 33, 128] {
            let options = options(resize, side: side)
            let dataset = try entry.load(set.folder.root, options)
            for index in dataset.examples.indices {
                #expect(Array(dataset.image(index)) == options.preparation([MaskSet.image(index)]))
            }
        }
    }

    /// What is kept of one way is not taken for another.
    @Test func theCacheTellsThemApart() throws {
        let (set, place) = (try MaskSet(), try TemporaryFolder())
        // Behind the end of a PNG: the file is large enough to be kept.
        let filling = [UInt8](repeating: 0, count: DatasetCache.worthwhile)
        try set.put(PNG.encode(MaskSet.image(0)) + filling, "images/i0.png")
        let cache = DatasetCache(folder: place.url)
        for _ in 0..<2 {
            let found = try Resize.allCases.map {
                try entry.load(set.folder.root, options($0, cache: cache))
            }
            let plain = try Resize.allCases.map { try entry.load(set.folder.root, options($0)) }
            #expect(found.map(\.images) == plain.map(\.images))
            #expect(found.map(\.masks) == plain.map(\.masks))
            #expect(Set(found.map(\.images)).count == 3)
            #expect(Set(found.map(\.fingerprint)).count == 1)
        }
    }

    /// A mask that lies outside of what is cut out is empty for training, and `data check` says so when
    /// it is told how will be trained.
    @Test func aMaskThatIsCutOffIsLost() throws {
        let set = try MaskSet { index, pixels in
            try PNG.encode(
                mask: pixels.indices.map {
                    index == 3 ? ($0 % 32 < 3 && $0 / 32 > 5 ? 1 : 0) : pixels[$0]
                }, width: MaskSet.width, height: MaskSet.height)
        }
        for resize in Resize.allCases {
            let preparation = options(resize).preparation
            let report = try #require(
                try entry.check(set.folder.root, preparation: preparation))
            let lost = report.findings.filter { $0.kind == .lostMask }
            #expect(lost.map(\.items) == (resize == .crop ? [["i3"]] : []))
            let dataset = try entry.load(set.folder.root, options(resize))
            #expect(dataset.findings.filter { $0.kind == .lostMask } == lost)
        }
    }

    @Test func drawnImagesAreResizedToo() throws {
        var options = options(.fit, side: 32)
        options.phantom.count = 4
        options.phantom.size = .original
        let dataset = try DatasetEntry.phantom.load(DataRoot(option: nil), options)
        for index in dataset.examples.indices {
            let placement = dataset.placement(index)
            #expect(placement.isPadded)
            #expect(
                dataset.sample(index).mask.count { $0 == 1 }
                    == dataset.mask(index).count { $0 == 1 })
        }
    }

    @Test func joinedImagesAreFittedAlike() throws {
        let (set, other) = (try MaskSet(), try OwnSet(labels: false))
        let own = try entry.load(set.folder.root, options(.fit))
        var unmasked = options(.fit)
        (unmasked.unmasked, unmasked.needsMasks) = (.include, false)
        let more = try DatasetEntry.ownFolder(other.folder.url.lastPathComponent).load(
            DataRoot(other.folder.url.deletingLastPathComponent()), unmasked)
        let joined = try own.joined(with: [more])
        #expect(joined.resize == .fit)
        #expect(joined.placement(0).isPadded && !joined.placement(own.examples.count).isPadded)
    }
}

/// Files with and without colours, trained in colours.
struct ColourTests {
    private func options(_ resize: Resize = .fit) -> LoadOptions {
        var options = LoadOptions(side: 16, cache: nil)
        options.preparation.shape.channels = 3
        options.preparation.resize = resize
        return options
    }

    private static func picture(_ index: Int) -> RGBImage {
        var picture = RGBImage(width: MaskSet.width, height: MaskSet.height)
        for place in picture.pixels.indices {
            picture.pixels[place] = UInt8((place * 7 + index * 13 + place * place) % 251)
        }
        return picture
    }

    /// The three planes of a file, reduced each and scaled together; a gray file three times.
    @Test(arguments: Resize.allCases)
    func coloursStandTogether(_ resize: Resize) throws {
        let set = try MaskSet()
        for index in 1..<10 {
            try set.put(PNG.encode(Self.picture(index)), "images/i\(index).png")
        }
        let dataset = try DatasetEntry.ownFolder(".").load(set.folder.root, options(resize))
        #expect(dataset.shape.channels == 3 && dataset.findings.contains { $0.kind == .grayImage })
        let place = dataset.placement(1)
        let picture = Self.picture(1)
        let planes = (0..<3).map { channel in
            place.cut(
                scaled: AreaAverage.reduce(
                    GrayImage(
                        width: MaskSet.width, height: MaskSet.height, maximum: 255,
                        pixels: (0..<MaskSet.width * MaskSet.height).map {
                            UInt16(picture.pixels[3 * $0 + channel])
                        }), width: place.scaled.width, height: place.scaled.height))
        }
        var own = planes[0].indices.flatMap { pixel in planes.map { $0[pixel] } }
        Normalisation.minMax.apply(to: &own)
        #expect(Array(dataset.image(1)) == place.put(own, channels: 3, padding: 0))
        let gray = Array(dataset.image(0))
        let isAlike = (0..<gray.count / 3).allSatisfy { pixel in
            Set(gray[3 * pixel..<3 * pixel + 3]).count == 1
        }
        #expect(isAlike)
        let note = dataset.findings.first { $0.kind == .grayImage }
        #expect(note?.severity == .note && note?.items == ["i0"])
        let bytes = try PNG.encode(picture)
        let told = try ImageFile.planes(bytes, name: "a", channels: 3)
        #expect(options(resize).preparation(told) == Array(dataset.image(1)))
    }

    /// In gray nothing is said, and colours are their luma as ever.
    @Test func grayIsAsItWas() throws {
        let set = try MaskSet()
        try set.put(PNG.encode(Self.picture(1)), "images/i1.png")
        let dataset = try DatasetEntry.ownFolder(".").load(
            set.folder.root, LoadOptions(side: 16, cache: nil))
        #expect(!dataset.findings.contains { $0.kind == .grayImage })
        var luma = try ImageFile.reduce(
            PNG.encode(Self.picture(1)), name: "a", width: 16, height: 16
        ).values
        Normalisation.minMax.apply(to: &luma)
        #expect(Array(dataset.image(1)) == luma)
    }
}
