import Imaging
import Reports

/// The files that `predict` writes of an image, as PNG.
enum PredictionPicture {
    /// A mask of 0 and 1, one bit a pixel.
    static func mask(_ mask: [UInt8], of picture: GrayImage) throws -> [UInt8] {
        try PNG.encode(mask: mask, width: picture.width, height: picture.height)
    }

    /// Probabilities: 16 bits, 65535 is 1. One that is no number, as weights that are finite and vast
    /// give it, is 0.
    static func map(_ probabilities: [Float], of picture: GrayImage) throws -> [UInt8] {
        try PNG.encode(
            GrayImage(
                width: picture.width, height: picture.height, maximum: 65535,
                pixels: probabilities.map { UInt16((min(1, max(0, $0)) * 65535).rounded()) }))
    }

    /// One map of all structures: 8 bits, k for the k-th, later ones on top.
    static func labels(_ masks: [[UInt8]], of picture: GrayImage) throws -> [UInt8] {
        var labels = [UInt16](repeating: 0, count: picture.width * picture.height)
        for (index, mask) in masks.enumerated() {
            for pixel in labels.indices where mask[pixel] != 0 { labels[pixel] = UInt16(index + 1) }
        }
        return try PNG.encode(
            GrayImage(
                width: picture.width, height: picture.height, maximum: 255, pixels: labels))
    }

    /// The image with the outline of each mask.
    static func outlines(_ masks: [[UInt8]], of picture: GrayImage) throws -> [UInt8] {
        let (width, height) = (picture.width, picture.height)
        var drawing = RGBImage(width: width, height: height)
        let gray = picture.pixels.map { Float($0) / Float(picture.maximum) }
        drawing.draw(gray: gray, width: width, height: height, x: 0, y: 0)
        for (index, mask) in masks.enumerated() {
            drawing.draw(
                outlineOf: mask, width: width, height: height, x: 0, y: 0,
                colour: OverlaySheet.colours(of: index, among: masks.count).prediction)
        }
        return try PNG.encode(drawing)
    }
}
