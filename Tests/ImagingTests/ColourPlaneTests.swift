import Foundation
import TestSupport
import Testing

@testable import Imaging

/// Red, green and blue of every format that has colours, each as a plane of its own.
struct ColourPlaneTests {
    private func corpus(_ path: String) throws -> [UInt8] {
        try ImageFile.bytes(of: FormatSample.corpus.appendingPathComponent(path))
    }

    private var picture: RGBImage {
        var picture = RGBImage(width: 5, height: 3)
        for index in picture.pixels.indices { picture.pixels[index] = UInt8((index * 37) % 256) }
        return picture
    }

    @Test func planesOfPNG() throws {
        let bytes = try PNG.encode(picture)
        let planes = try ImageFile.planes(bytes, name: "a.png", channels: 3)
        #expect(planes.count == 3)
        for (channel, plane) in planes.enumerated() {
            #expect(plane.width == 5 && plane.height == 3 && plane.maximum == 255)
            #expect(plane.pixels == (0..<15).map { UInt16(picture.pixels[3 * $0 + channel]) })
        }
        #expect(try ImageFile.planes(bytes, name: "a.png", channels: 1).count == 1)
    }

    /// Luma is what gray always was, and it is that of the three planes.
    @Test(arguments: [
        ("jpeg/colour-420.jpg", 0), ("jpeg/colour-444-progressive.jpg", 0), ("dicom/rgb.dcm", 0),
        ("dicom/rle-rgb.dcm", 0), ("dicom/jpegls-rgb.dcm", 0), ("dicom/lossless-rgb.dcm", 0),
        ("dicom/jpeg2000-rgb.dcm", 0), ("dicom/ybr.dcm", 2),
    ])
    func lumaIsThatOfThePlanes(path: String, tolerance: Int) throws {
        let bytes = try corpus(path)
        let planes = try ImageFile.planes(bytes, name: path, channels: 3)
        let gray = try ImageFile.decode(bytes, name: path)
        try #require(planes.count == 3)
        #expect(planes.allSatisfy { $0.width == gray.width && $0.height == gray.height })
        for pixel in gray.pixels.indices {
            let parts = planes.map { Double($0.pixels[pixel]) }
            // Chromas may ask for more red, green or blue than there is; luma knows nothing of that.
            let isCut = parts.contains { $0 == 0 || $0 == 255 }
            if tolerance > 0, isCut { continue }
            let luma = (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]).rounded()
            #expect(abs(luma - Double(gray.pixels[pixel])) <= Double(tolerance) + 0.5)
        }
        #expect(Set(planes.map(\.pixels)).count > 1, "all planes are alike")
    }

    @Test(arguments: ["jpeg/gray.jpg", "dicom/flat-8.dcm"])
    func aFileWithoutColoursHasOnePlane(path: String) throws {
        let bytes = try corpus(path)
        let planes = try ImageFile.planes(bytes, name: path, channels: 3)
        #expect(planes == [try ImageFile.decode(bytes, name: path)])
        let thrice = AreaAverage.reduce(planes, channels: 3, width: 2, height: 2)
        let once = AreaAverage.reduce(planes[0], width: 2, height: 2)
        #expect(thrice == once.flatMap { [$0, $0, $0] })
    }

    @Test func palettesAndTransparency() throws {
        let gif = try GIF.encode(mask: [0, 1, 1, 0], width: 2, height: 2)
        let planes = try ImageFile.planes(gif, name: "a.gif", channels: 3)
        #expect(planes.count == 3 && planes.allSatisfy { $0.pixels == [0, 255, 255, 0] })
    }

    @Test func channelsStandTogether() {
        let planes = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]].map {
            GrayImage(width: 2, height: 2, maximum: 255, pixels: $0)
        }
        #expect(
            AreaAverage.reduce(planes, channels: 3, width: 1, height: 2) == [
                1.5, 5.5, 9.5, 3.5, 7.5, 11.5,
            ])
    }
}
