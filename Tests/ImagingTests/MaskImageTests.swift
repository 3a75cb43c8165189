import Imaging
import Testing

/// A mask is read alike from every kind of file that can show it.
struct MaskImageTests {
    private static let width = 13
    private static let height = 9

    private static func isInside(_ x: Int, _ y: Int) -> Bool {
        (x - 5) * (x - 5) + 2 * (y - 4) * (y - 4) < 17
    }

    private static let expected = (0..<height).flatMap { y in
        (0..<width).map { x in isInside(x, y) ? UInt8(1) : 0 }
    }

    /// A kind of file: samples outside and inside.
    struct Kind: Sendable, CustomTestStringConvertible {
        var colourType: Int
        var bitDepth: Int
        var outside: [Int]
        var inside: [Int]
        var palette: [UInt8] = []
        var transparency: [UInt8] = []

        var testDescription: String { "type \(colourType), \(bitDepth) bits, \(inside)" }

        func bytes(interlaced: Bool) -> [UInt8] {
            PNGWriter(
                width: width, height: height, bitDepth: bitDepth, colourType: colourType,
                interlaced: interlaced, palette: palette, transparency: transparency
            ).bytes { x, y, channel in (isInside(x, y) ? inside : outside)[channel] }
        }
    }

    static let kinds: [Kind] =
        [1, 2, 4, 8, 16].flatMap { bits in
            [
                Kind(colourType: 0, bitDepth: bits, outside: [0], inside: [(1 << bits) - 1]),
                Kind(colourType: 0, bitDepth: bits, outside: [0], inside: [1]),
            ]
        } + [
            Kind(colourType: 0, bitDepth: 8, outside: [50], inside: [200]),
            Kind(colourType: 0, bitDepth: 8, outside: [1], inside: [2]),
            // Outside is the transparent gray, whatever it is.
            Kind(
                colourType: 0, bitDepth: 8, outside: [255], inside: [0], transparency: [0, 255]),
            Kind(colourType: 2, bitDepth: 8, outside: [0, 0, 0], inside: [128, 0, 0]),
            Kind(colourType: 2, bitDepth: 16, outside: [0, 0, 0], inside: [9, 9, 9]),
            Kind(
                colourType: 3, bitDepth: 1, outside: [0], inside: [1],
                palette: [0, 0, 0, 0, 0, 1]),
            Kind(
                colourType: 3, bitDepth: 8, outside: [1], inside: [0],
                palette: [255, 255, 255, 0, 0, 0]),
            Kind(
                colourType: 3, bitDepth: 8, outside: [0], inside: [1],
                palette: [255, 255, 255, 0, 0, 0], transparency: [0, 255]),
            Kind(
                colourType: 3, bitDepth: 2, outside: [0], inside: [2],
                palette: [0, 0, 0, 90, 90, 90, 0, 200, 0], transparency: [0]),
            // In the alpha channel alone: black, white, any colour.
            Kind(colourType: 4, bitDepth: 8, outside: [0, 0], inside: [0, 255]),
            Kind(colourType: 4, bitDepth: 16, outside: [65535, 0], inside: [65535, 65535]),
            Kind(colourType: 6, bitDepth: 8, outside: [7, 8, 9, 0], inside: [7, 8, 9, 255]),
            Kind(colourType: 6, bitDepth: 8, outside: [0, 0, 0, 255], inside: [9, 9, 9, 255]),
            Kind(colourType: 6, bitDepth: 8, outside: [255, 0, 0, 0], inside: [0, 0, 0, 255]),
        ]

    @Test(arguments: kinds, [false, true])
    func everyKindIsReadAlike(kind: Kind, interlaced: Bool) throws {
        let mask = try MaskImage(kind.bytes(interlaced: interlaced), name: "mask.png")
        #expect(mask.pixels == Self.expected)
        #expect(mask.hasInside)
    }

    @Test func transparentPixelsMayHideAnything() throws {
        let writer = PNGWriter(width: 13, height: 9, bitDepth: 8, colourType: 6)
        let bytes = writer.bytes { x, y, channel in
            if Self.isInside(x, y) { return 255 }
            return channel == 3 ? 0 : (x * 31 + y * 7 + channel) % 256
        }
        #expect(try MaskImage(bytes, name: "mask.png").pixels == Self.expected)
        // A black and white mask with a transparent margin.
        let framed = PNGWriter(width: 13, height: 9, bitDepth: 8, colourType: 4)
        let margin = framed.bytes { x, y, channel in
            channel == 1 ? (x == 0 ? 0 : 255) : Self.isInside(x, y) ? 255 : 0
        }
        #expect(try MaskImage(margin, name: "mask.png").pixels == Self.expected)
    }

    @Test func gifAndRaw() throws {
        let gif = try GIF.encode(mask: Self.expected, width: 13, height: 9)
        #expect(try MaskImage(gif, name: "mask.gif").pixels == Self.expected)
        let image = GrayImage(
            width: 16, height: 16, maximum: 4095,
            pixels: (0..<256).map { $0 % 3 == 0 ? 4095 : 0 })
        let raw = try JSRTImage.encode(image)
        #expect(
            try MaskImage(raw, name: "mask.IMG").pixels == (0..<256).map { $0 % 3 == 0 ? 1 : 0 })
    }

    @Test func oneValue() throws {
        func gray(_ value: Int, _ bits: Int = 8) throws -> MaskImage {
            let writer = PNGWriter(width: 4, height: 3, bitDepth: bits, colourType: 0)
            return try MaskImage(writer.bytes { _, _, _ in value }, name: "mask.png")
        }
        #expect(try gray(0).pixels.allSatisfy { $0 == 0 } && !gray(0).hasInside)
        #expect(try gray(255).pixels.allSatisfy { $0 == 1 })
        #expect(try gray(1).pixels.allSatisfy { $0 == 1 })
        #expect(try gray(1, 1).coverage(width: 2, height: 2) == [1, 1, 1, 1])
        let clear = PNGWriter(width: 4, height: 3, bitDepth: 8, colourType: 4)
        let hidden = clear.bytes { x, _, channel in channel == 1 ? 0 : x * 80 }
        #expect(try !MaskImage(hidden, name: "mask.png").hasInside)
    }

    @Test(arguments: [
        (0, 8, "0, 1 and 3"), (0, 16, "0, 1 and 3"), (3, 8, "0, (0, 0, 128) and (0, 128, 0)"),
    ])
    func severalStructuresAreRefused(kind: (colourType: Int, bitDepth: Int, found: String)) {
        let writer = PNGWriter(
            width: 6, height: 4, bitDepth: kind.bitDepth, colourType: kind.colourType,
            palette: kind.colourType == 3 ? [0, 0, 0, 0, 0, 128, 9, 9, 9, 0, 128, 0] : [])
        let bytes = writer.bytes { x, _, _ in [0, 1, 3][x % 3] }
        do {
            _ = try MaskImage(bytes, name: "labels.png")
            Issue.record("was read")
        } catch {
            #expect("\(error)".contains("labels.png"))
            #expect("\(error)".contains(kind.found), "\(error)")
        }
    }

    @Test func otherFilesThatAreNoMask() throws {
        func refused(_ colourType: Int, _ sample: @escaping (Int, Int, Int) -> Int) -> Bool {
            let writer = PNGWriter(width: 32, height: 9, bitDepth: 8, colourType: colourType)
            do {
                _ = try MaskImage(writer.bytes(sample), name: "mask.png")
            } catch .notMask { return true } catch { return false }
            return false
        }
        // Blurred, saved as JPEG, a photograph.
        #expect(refused(0) { x, _, _ in x * 8 })
        #expect(refused(0) { x, y, _ in x < 16 ? (x + y) % 4 : 252 + (x + y) % 4 })
        #expect(refused(4) { x, _, channel in channel == 1 ? x * 8 : 255 })
        // Two colours, none of them black; a white sheet with a red lung.
        #expect(refused(2) { x, _, channel in channel == (x < 9 ? 0 : 1) ? 200 : 0 })
        #expect(refused(2) { x, _, channel in x < 9 && channel > 0 ? 0 : 255 })
        // Two values of the same brightness.
        #expect(
            refused(4) { x, _, channel in channel == 0 ? (x < 9 ? 255 : 51) : x < 9 ? 51 : 255 })
    }

    /// Masks were reduced as gray images and divided by their brightest value; results were made so.
    @Test(arguments: [(255, 8), (1, 8), (65535, 16), (1, 1), (200, 8)])
    func reductionRoundsAsItDid(value: (inside: Int, bits: Int)) throws {
        let writer = PNGWriter(width: 67, height: 53, bitDepth: value.bits, colourType: 0)
        let bytes = writer.bytes { x, y, _ in (x * x + 3 * y * y) % 97 < 41 ? value.inside : 0 }
        for (width, height) in [(16, 16), (32, 7), (67, 53), (128, 128)] {
            let image = try PNG.decode(bytes, name: "mask.png")
            let largest = Float(image.pixels.max() ?? 0)
            let before = AreaAverage.reduce(image, width: width, height: height)
                .map { $0 / largest }
            let now = try MaskImage(bytes, name: "mask.png").coverage(width: width, height: height)
            #expect(now == before, "\(width) x \(height)")
        }
    }

    @Test func brokenFilesAreBroken() throws {
        let whole = Self.kinds[3].bytes(interlaced: false)
        for count in stride(from: 0, to: whole.count - 12, by: 7) {
            #expect(throws: ImagingError.self) {
                try MaskImage(Array(whole.prefix(count)), name: "mask.png")
            }
        }
        let gif = try GIF.encode(mask: Self.expected, width: 13, height: 9)
        #expect(throws: ImagingError.self) {
            try MaskImage(Array(gif.prefix(gif.count / 2)), name: "mask.gif")
        }
    }
}
