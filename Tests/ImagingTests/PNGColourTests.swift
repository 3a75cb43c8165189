import Imaging
import Testing

/// Every colour type and bit depth of the PNG specification, plain and interlaced.
struct PNGColourTests {
    private func luma(_ rgb: [Double]) -> Double {
        let red: Double = 0.299 * rgb[0]
        let green: Double = 0.587 * rgb[1]
        return red + green + 0.114 * rgb[2]
    }

    private func decode(_ bytes: [UInt8]) throws -> GrayImage {
        try PNG.decode(bytes, name: "test.png")
    }

    @Test(arguments: [1, 2, 4, 8, 16], [false, true])
    func gray(bitDepth: Int, interlaced: Bool) throws {
        let top = 1 << bitDepth
        let writer = PNGWriter(
            width: 19, height: 11, bitDepth: bitDepth, colourType: 0, interlaced: interlaced)
        let image = try decode(writer.bytes { x, y, _ in (x * 977 + y * 3331) % top })
        #expect(image.maximum == (bitDepth == 16 ? 65535 : 255))
        let scale = Int(image.maximum) / (top - 1)
        for y in 0..<11 {
            for x in 0..<19 {
                #expect(Int(image[x, y]) == (x * 977 + y * 3331) % top * scale, "(\(x), \(y))")
            }
        }
    }

    @Test(arguments: [1, 2, 4, 8], [false, true])
    func palette(bitDepth: Int, interlaced: Bool) throws {
        let count = 1 << bitDepth
        var colours: [UInt8] = []
        for i in 0..<count {
            for factor in [37, 91, 11] { colours.append(UInt8(i * factor % 256)) }
        }
        let writer = PNGWriter(
            width: 17, height: 9, bitDepth: bitDepth, colourType: 3, interlaced: interlaced,
            palette: colours)
        let image = try decode(writer.bytes { x, y, _ in (x + 3 * y) % count })
        for y in 0..<9 {
            for x in 0..<17 {
                let i = (x + 3 * y) % count
                let luma = luma(colours[(3 * i)..<(3 * i + 3)].map { Double($0) })
                #expect(abs(Double(image[x, y]) - luma) <= 0.51)
            }
        }
        let info = try PNG.info(writer.bytes { _, _, _ in 0 }, name: "test.png")
        #expect(info.colour == .palette && info.isInterlaced == interlaced)
        #expect(info.bitDepth == bitDepth)
    }

    @Test(arguments: [(2, 8), (2, 16), (6, 8), (6, 16), (4, 8), (4, 16)], [false, true])
    func colourAndAlpha(kind: (colourType: Int, bitDepth: Int), interlaced: Bool) throws {
        let top = 1 << kind.bitDepth
        let writer = PNGWriter(
            width: 10, height: 7, bitDepth: kind.bitDepth, colourType: kind.colourType,
            interlaced: interlaced)
        func sample(_ x: Int, _ y: Int, _ channel: Int) -> Int {
            (x * 7919 + y * 104_729 + channel * 1_299_709) % top
        }
        let image = try decode(writer.bytes(sample))
        for y in 0..<7 {
            for x in 0..<10 {
                let v = (0..<writer.channels).map { Double(sample(x, y, $0)) }
                var gray = v.count < 3 ? v[0] : luma(v)
                if v.count % 2 == 0 { gray *= v[v.count - 1] / Double(top - 1) }
                #expect(abs(Double(image[x, y]) - gray) <= 1.3, "(\(x), \(y))")
            }
        }
    }

    @Test func transparentColoursAreBlack() throws {
        let gray = PNGWriter(
            width: 4, height: 1, bitDepth: 8, colourType: 0, transparency: [0, 200])
        #expect(
            try decode(gray.bytes { x, _, _ in [10, 200, 201, 0][x] }).pixels == [10, 0, 201, 0])
        let palette = PNGWriter(
            width: 3, height: 1, bitDepth: 2, colourType: 3,
            palette: [255, 255, 255, 100, 100, 100, 50, 50, 50], transparency: [0, 128])
        #expect(try decode(palette.bytes { x, _, _ in x }).pixels == [0, 50, 50])
    }

    @Test func orientationIsKept() throws {
        let writer = PNGWriter(width: 6, height: 4, bitDepth: 8, colourType: 0)
        let bytes = writer.bytes { x, y, _ in x == 0 && y == 0 ? 255 : x == 5 && y == 3 ? 100 : 0 }
        let image = try decode(bytes)
        #expect(image[0, 0] == 255 && image[5, 3] == 100)
        let reduced = try PNG.reduce(bytes, name: "x", width: 2, height: 2).values
        #expect(reduced[0] > reduced[3] && reduced[3] > reduced[1])
    }
}
