import Imaging
import Testing

/// Encoders against decoders.
struct RoundTripTests {
    private func ramp(_ width: Int, _ height: Int, maximum: UInt16) -> GrayImage {
        var image = GrayImage(width: width, height: height, maximum: maximum)
        let step = Int(maximum) / max(width * height - 1, 1)
        for i in image.pixels.indices {
            image.pixels[i] = UInt16(i * max(step, 1) % (Int(maximum) + 1))
        }
        return image
    }

    private func stripes(_ width: Int, _ height: Int) -> [UInt8] {
        (0..<(width * height)).map { UInt8($0 % 3 == 0 ? 1 : 0) }
    }

    @Test(arguments: [UInt16(255), 65535], [PNG.Compression.fast, .normal, .small])
    func pngGray(maximum: UInt16, compression: PNG.Compression) throws {
        let image = ramp(37, 19, maximum: maximum)
        let bytes = try PNG.encode(image, compression: compression)
        #expect(try PNG.decode(bytes, name: "ramp") == image)
        let info = try PNG.info(bytes, name: "ramp")
        #expect(info.bitDepth == (maximum == 255 ? 8 : 16))
        #expect(info.width == 37 && info.height == 19)
    }

    @Test func pngMask() throws {
        let mask = stripes(13, 11)
        let bytes = try PNG.encode(mask: mask, width: 13, height: 11)
        #expect(try PNG.info(bytes, name: "mask").bitDepth == 1)
        #expect(try PNG.decode(bytes, name: "mask").pixels == mask.map { UInt16($0) * 255 })
    }

    @Test func pngColourIsReadAsLuma() throws {
        var image = RGBImage(width: 3, height: 1)
        image[0, 0] = RGBImage.Colour(255, 0, 0)
        image[1, 0] = RGBImage.Colour(0, 255, 0)
        image[2, 0] = RGBImage.Colour(10, 20, 200)
        let gray = try PNG.decode(PNG.encode(image), name: "colours")
        // (299 R + 587 G + 114 B) / 1000, rounded
        #expect(gray.pixels == [76, 150, 38])
    }

    @Test func gifMask() throws {
        let mask = stripes(130, 41)
        let bytes = try GIF.encode(mask: mask, width: 130, height: 41)
        #expect(try GIF.decode(bytes, name: "mask").pixels == mask.map { UInt16($0) * 255 })
        #expect(try GIF.info(bytes, name: "mask").width == 130)
    }

    @Test func jsrtIsInvertedOnDisk() throws {
        var image = GrayImage(width: 32, height: 32, maximum: 4095)
        image[0, 0] = 4095
        image[1, 0] = 1000
        let bytes = try JSRTImage.encode(image)
        #expect(Array(bytes.prefix(6)) == [0, 0, 0x0c, 0x17, 0x0f, 0xff])
        #expect(try JSRTImage.decode(bytes, name: "x.IMG") == image)
    }

    @Test func reducingWhileDecodingEqualsReducingAfter() throws {
        let image = ramp(57, 43, maximum: 65535)
        let reduced = try PNG.reduce(PNG.encode(image), name: "ramp", width: 16, height: 16)
        #expect(reduced.values == AreaAverage.reduce(image, width: 16, height: 16))
        #expect(reduced.largest == image.pixels.max())
    }
}
