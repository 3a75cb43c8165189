import Foundation
import Testing

@testable import Imaging

struct JPEGTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus")

    private func bytes(_ path: String) throws -> [UInt8] {
        try ImageFile.bytes(of: Self.corpus.appendingPathComponent(path))
    }

    @Test func fourColoursAreRefused() throws {
        let error = #expect(throws: ImagingError.self) {
            try JPEG.decode(bytes("jpeg/cmyk.jpg"), name: "a.jpg")
        }
        #expect(
            error?.description
                == "a.jpg: this JPEG file has four colours (CMYK), which is not read; convert it to "
                + "gray PNG, for example with ImageMagick (magick FILE.jpg -colorspace Gray "
                + "FILE.png)")
    }

    @Test(
        arguments: [
            "jpeg/gray.jpg", "jpeg/gray-progressive.jpg", "jpeg/colour-420.jpg",
            "jpeg/restarts.jpg", "jpeg/orientation-6.jpg",
        ])
    func everyCutIsRefused(path: String) throws {
        let bytes = try bytes(path)
        for count in 1..<bytes.count {
            let error = #expect(throws: ImagingError.self, "first \(count) bytes") {
                try ImageFile.decode(Array(bytes.prefix(count)), name: "cut.jpg")
            }
            #expect(error?.description.contains("cut.jpg") == true)
        }
    }

    /// A picture of which a part cannot be read is not filled up with gray.
    @Test func brokenDataAreNotFilledUp() throws {
        let whole = try bytes("jpeg/gray.jpg")
        var broken = whole
        // The end of the picture, in its middle.
        broken.replaceSubrange(whole.count - 60..<whole.count - 58, with: [0xFF, 0xD9])
        let error = #expect(throws: ImagingError.self) {
            try JPEG.decode(broken, name: "broken.jpg")
        }
        #expect(error?.description.contains("is damaged") == true)
    }

    /// The kinds that libjpeg does not read: lossless and 12 bits, by the frame's marker.
    @Test func otherKindsAreSaidToBeSo() throws {
        let whole = try bytes("jpeg/gray.jpg")
        let frame = try #require(
            whole.indices.dropLast().first { whole[$0] == 0xFF && whole[$0 + 1] == 0xC0 })
        var lossless = whole
        lossless[frame + 1] = 0xC3
        var wide = whole
        wide[frame + 4] = 12
        for bytes in [lossless, wide] {
            let error = #expect(throws: ImagingError.self) {
                try JPEG.decode(bytes, name: "a.jpg")
            }
            guard case .unsupported = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func aSmallFileCannotDeclareALargePicture() throws {
        var bytes = try bytes("jpeg/gray.jpg")
        let frame = try #require(
            bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
        for place in frame + 5..<frame + 9 { bytes[place] = 0x20 }
        #expect(
            throws: ImagingError.damaged(
                file: "a.jpg", reason: "it declares more pixels than the file can hold")
        ) { try JPEG.decode(bytes, name: "a.jpg") }
    }

    @Test func hostileOrientationsAreUpright() throws {
        let good = try bytes("jpeg/orientation-6.jpg")
        #expect(ImageOrientation(jpeg: good).value == 6)
        #expect(ImageOrientation(jpeg: try bytes("jpeg/gray.jpg")) == .upright)
        for position in good.indices {
            for value in [UInt8(0), 0x7F, 0xFF] {
                var broken = good
                broken[position] = value
                #expect(1...8 ~= ImageOrientation(jpeg: broken).value)
            }
            #expect(1...8 ~= ImageOrientation(jpeg: Array(good.prefix(position))).value)
        }
        let info = try ImageFile.info(good, name: "a.jpg")
        let image = try ImageFile.decode(good, name: "a.jpg")
        #expect(info.width == 33 && info.height == 38)
        #expect(image.width == 33 && image.height == 38)
    }

    @Test func aProgramWithoutTheLibraryNamesIt() {
        let library = ImageFormat.Library(
            name: "libjpeg-turbo", package: "libjpeg62-turbo-dev", purpose: "JPEG", isThere: false)
        let error = ImagingError.missingLibrary(file: "a.jpg", format: "JPEG", library: library)
        #expect(
            error.description
                == "a.jpg: this is a JPEG file, and the program was built without libjpeg-turbo; "
                + "install libjpeg62-turbo-dev (make deps) and build it again, or convert the file to "
                + "PNG")
    }
}
