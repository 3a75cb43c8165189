import Imaging
import Testing

/// The quick way for gray PNG against libpng alone.
struct QuickGrayTests {
    /// Noise over a slope; every row of the file takes the filter that `filter` names.
    private func file(_ width: Int, _ height: Int, _ bitDepth: Int, filter: @escaping (Int) -> Int)
        -> [UInt8]
    {
        var writer = PNGWriter(width: width, height: height, bitDepth: bitDepth, colourType: 0)
        writer.filter = filter
        var state: UInt32 = 99
        var noise: [Int] = []
        for i in 0..<(width * height) {
            state = state &* 1_664_525 &+ 1_013_904_223
            noise.append((i * 37 + Int(state >> 22)) % (1 << bitDepth))
        }
        return writer.bytes { x, y, _ in noise[y * width + x] }
    }

    @Test(arguments: [8, 16], [0, 1, 2, 3, 4, 5])
    func everyFilter(bitDepth: Int, filter: Int) throws {
        for (width, height) in [(1, 1), (1, 9), (2, 3), (7, 5), (33, 31), (300, 7)] {
            let bytes = file(width, height, bitDepth) { filter == 5 ? $0 % 5 : filter }
            let quick = try PNG.decode(bytes, name: "quick.png")
            let plain = try PNG.decodePlainly(bytes, name: "plain.png")
            #expect(quick == plain, "\(width) x \(height)")
        }
    }

    @Test func manyBlocks() throws {
        // More than one block of rows, so that the row above is carried over.
        let bytes = file(3000, 400, 16) { $0 % 5 }
        let quick = try PNG.decode(bytes, name: "quick.png")
        #expect(try quick == PNG.decodePlainly(bytes, name: "plain.png"))
        #expect(
            try PNG.reduce(bytes, name: "quick.png", width: 9, height: 7).values
                == AreaAverage.reduce(quick, width: 9, height: 7))
    }

    @Test func manyChunksAndDamage() throws {
        var image = GrayImage(width: 500, height: 300, maximum: 65535)
        for i in image.pixels.indices { image.pixels[i] = UInt16(truncatingIfNeeded: i &* 40_503) }
        let bytes = try PNG.encode(image)  // libpng writes chunks of 8 kB
        #expect(try PNG.decode(bytes, name: "x") == image)
        for position in stride(from: 60, to: bytes.count, by: 4999) {
            var broken = bytes
            broken[position] ^= 0x10
            #expect(throws: ImagingError.self, "byte \(position)") {
                try PNG.decode(broken, name: "broken.png")
            }
        }
        #expect(throws: ImagingError.truncated(file: "cut.png", reason: "the file ends early")) {
            try PNG.decode(Array(bytes.dropLast(5)), name: "cut.png")
        }
    }

    @Test func unknownFilterAndMissingRows() throws {
        #expect(throws: ImagingError.damaged(file: "x", reason: "a row has an unknown filter")) {
            try PNG.decode(file(9, 9, 8) { $0 == 4 ? 7 : 0 }, name: "x")
        }
        var short = PNGWriter(width: 20, height: 20, bitDepth: 8, colourType: 0)
        short.writtenRows = 12
        #expect(throws: ImagingError.damaged(file: "x", reason: "there is not enough image data")) {
            try PNG.decode(short.bytes { x, _, _ in x }, name: "x")
        }
    }
}
