import Foundation
import Imaging
import Testing

/// Files that lie, break off or were never images.
struct HostileImageTests {
    private func sample() throws -> [UInt8] {
        var image = GrayImage(width: 64, height: 48, maximum: 65535)
        for i in image.pixels.indices { image.pixels[i] = UInt16(truncatingIfNeeded: i &* 40_503) }
        return try PNG.encode(image)
    }

    /// Writes a chunk's new length and checksum over its old ones.
    private func withSize(_ bytes: [UInt8], width: UInt32, height: UInt32) -> [UInt8] {
        var bytes = bytes
        for (offset, value) in [(16, width), (20, height)] {
            for i in 0..<4 {
                bytes[offset + i] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * i))
            }
        }
        var checksum: UInt32 = 0xffff_ffff
        for byte in bytes[12..<29] {
            checksum ^= UInt32(byte)
            for _ in 0..<8 {
                checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xedb8_8320 : checksum >> 1
            }
        }
        checksum = ~checksum
        for i in 0..<4 { bytes[29 + i] = UInt8(truncatingIfNeeded: checksum >> UInt32(24 - 8 * i)) }
        return bytes
    }

    @Test func everyTruncationIsAnError() throws {
        let bytes = try sample()
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: ImagingError.self, "first \(count) bytes") {
                try PNG.decode(Array(bytes.prefix(count)), name: "cut.png")
            }
        }
        #expect(throws: ImagingError.truncated(file: "cut.png", reason: "the file ends early")) {
            try PNG.reduce(
                Array(bytes.prefix(bytes.count / 2)), name: "cut.png", width: 8, height: 8)
        }
    }

    @Test func everyFlippedByteIsAnErrorOrAnImage() throws {
        let bytes = try sample()
        for position in 0..<bytes.count where position % 5 == 0 {
            var broken = bytes
            broken[position] ^= 0x55
            do throws(ImagingError) {
                let image = try PNG.decode(broken, name: "flipped.png")
                #expect(image.pixels.count == image.width * image.height)
            } catch {
                #expect(error.description.contains("flipped.png"))
            }
        }
    }

    @Test func emptyAndForeignFiles() {
        #expect(throws: ImagingError.empty(file: "a.png")) { try PNG.decode([], name: "a.png") }
        #expect(throws: ImagingError.empty(file: "a.gif")) { try GIF.decode([], name: "a.gif") }
        #expect(
            throws: ImagingError.wrongFormat(
                file: "a.png", expected: "a PNG image", found: "\"hello wo\"")
        ) { try PNG.decode(Array("hello world".utf8), name: "a.png") }
    }

    @Test func hugeDeclaredSizesAreRefusedBeforeDecoding() throws {
        let bytes = try sample()
        for (width, height) in [(30_000, 30_000), (65_535, 65_535), (2_000_000_000, 1)] {
            let bomb = withSize(bytes, width: UInt32(width), height: UInt32(height))
            #expect(
                throws: ImagingError.tooLarge(
                    file: "bomb.png", width: width, height: height, limit: defaultPixelLimit)
            ) { try PNG.decode(bomb, name: "bomb.png") }
        }
    }

    @Test func filesTooShortForTheirPixelsAreRefusedBeforeDecoding() throws {
        // 16000 x 16000 is within the limit, but no 4 kB of deflate hold it.
        let bomb = withSize(try sample(), width: 16_000, height: 16_000)
        #expect(
            throws: ImagingError.truncated(
                file: "bomb.png", reason: "it is too short for the pixels that it declares")
        ) { try PNG.decode(bomb, name: "bomb.png") }
        var gif = try GIF.encode(mask: [0, 1, 1, 0], width: 2, height: 2)
        (gif[6], gif[7], gif[8], gif[9]) = (0x80, 0x3e, 0x80, 0x3e)
        #expect(
            throws: ImagingError.damaged(
                file: "bomb.gif", reason: "the canvas is larger than the file can fill")
        ) { try GIF.decode(gif, name: "bomb.gif") }
    }

    /// The best that deflate can do is not taken for a lie.
    @Test func flatImagesCompressWithinTheBound() throws {
        for maximum in [UInt16(255), 65535] {
            let flat = GrayImage(width: 3000, height: 2500, maximum: maximum)
            let bytes = try PNG.encode(flat)
            #expect(try PNG.decode(bytes, name: "flat.png") == flat)
        }
        let empty = [UInt8](repeating: 0, count: 3000 * 2500)
        let gif = try GIF.encode(mask: empty, width: 3000, height: 2500)
        #expect(try GIF.decode(gif, name: "flat.gif").pixels.allSatisfy { $0 == 0 })
    }

    @Test func brokenGIFs() throws {
        let mask = (0..<(64 * 64)).map { UInt8($0 * 7 % 5 == 0 ? 1 : 0) }
        let bytes = try GIF.encode(mask: mask, width: 64, height: 64)
        for count in stride(from: 0, to: bytes.count - 2, by: 3) {
            #expect(throws: ImagingError.self, "first \(count) bytes") {
                try GIF.decode(Array(bytes.prefix(count)), name: "cut.gif")
            }
        }
        var outside = bytes
        let descriptor = try #require(bytes.firstIndex(of: 0x2c))
        outside[descriptor + 1] = 40  // the frame's left edge
        #expect(
            throws: ImagingError.damaged(
                file: "outside.gif", reason: "the frame lies outside the canvas")
        ) { try GIF.decode(outside, name: "outside.gif") }
        var huge = bytes
        for i in 6..<10 { huge[i] = 0xff }
        #expect(
            throws: ImagingError.tooLarge(
                file: "huge.gif", width: 65535, height: 65535, limit: defaultPixelLimit)
        ) { try GIF.decode(huge, name: "huge.gif") }
    }

    @Test func everyFlippedByteOfAGIFIsAnErrorOrAnImage() throws {
        let mask = (0..<(32 * 32)).map { UInt8($0 * 7 % 5 == 0 ? 1 : 0) }
        let bytes = try GIF.encode(mask: mask, width: 32, height: 32)
        var refused = 0
        for position in bytes.indices {
            for flip in [UInt8(0x01), 0x55, 0x80] {
                var broken = bytes
                broken[position] ^= flip
                do throws(ImagingError) {
                    let image = try GIF.decode(broken, name: "flipped.gif")
                    #expect(image.pixels.count == image.width * image.height)
                } catch {
                    #expect(error.description.contains("flipped.gif"))
                    refused += 1
                }
            }
        }
        #expect(refused > 20)
    }

    @Test func jsrtOfTheWrongSize() {
        #expect(throws: ImagingError.self) {
            try JSRTImage.decode([UInt8](repeating: 0, count: 8_388_607), name: "cut.IMG")
        }
        #expect(throws: ImagingError.empty(file: "a.IMG")) {
            try JSRTImage.decode([], name: "a.IMG")
        }
    }

    @Test func foldersLoopsAndMissingFiles() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-hostile-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let loop = folder.appendingPathComponent("loop.png")
        try FileManager.default.createSymbolicLink(at: loop, withDestinationURL: loop)
        for url in [folder, loop, folder.appendingPathComponent("nothing.png")] {
            #expect(throws: ImagingError.self, "\(url.lastPathComponent)") {
                try ImageFile.bytes(of: url)
            }
        }
    }

    @Test(arguments: ["a.png", "a.img", "a"])
    func anotherFormatIsCalledByItsName(name: String) {
        let bitmap = Array("BM".utf8) + [UInt8](repeating: 0, count: 52)
        for (bytes, format, ending) in [
            ([0x4D, 0x4D, 0, 0x2A], "TIFF", "tif"), (bitmap, "BMP", "bmp"),
        ] {
            let expected = ImagingError.foreignFormat(
                file: name, format: format,
                advice: "convert it to PNG, for example with ImageMagick "
                    + "(magick FILE.\(ending) FILE.png)")
            #expect(throws: expected) { try ImageFile.decode(bytes, name: name) }
            #expect(throws: expected) { try MaskImage(bytes, name: name) }
            #expect(
                expected.description
                    == "\(name): this is a \(format) file, which is not read; convert it to PNG, for "
                    + "example with ImageMagick (magick FILE.\(ending) FILE.png)")
        }
    }
}
