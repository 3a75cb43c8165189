import Domain
public import Foundation
import Imaging

/// One image with its masks, for a page.
public struct PicturePanel {
    private let picture: OverlayPicture
    private let side: Int

    /// Shows `picture`, enlarged by a whole number until its longer side has `side` pixels at least.
    public init(_ picture: OverlayPicture, side: Int = 256) {
        self.picture = picture
        self.side = side
    }

    private var factor: Int {
        max(1, (side + picture.size.longer - 1) / max(1, picture.size.longer))
    }

    /// The outlines of target and prediction, as a PNG file.
    ///
    /// - Throws: `ImagingError` when it cannot be encoded.
    public func outlines() throws -> Data {
        var image = RGBImage(
            width: picture.size.width * factor, height: picture.size.height * factor,
            colour: RGBImage.Colour(0, 0, 0))
        OverlaySheet.draw(picture, withPrediction: true, factor: factor, x: 0, y: 0, in: &image)
        return try Data(PNG.encode(image))
    }

    /// What the outlines of pictures of these structures mean, in words.
    public static func legend(of structures: [String]) -> String {
        guard structures.count > 1 else {
            return "Broken blue line: target. Full orange line: prediction."
        }
        let names = structures.enumerated().map { "\($1) \(StructureColours.name($0))" }
        return "Each structure has a colour: \(names.joined(separator: ", ")). "
            + "Broken line: target. Full line: prediction."
    }

    /// Where prediction and target differ, the brighter the farther from the target's outline:
    /// orange what is too much, blue what is missing; of several structures the last that differs.
    ///
    /// - Throws: `ImagingError` when it cannot be encoded.
    public func error() throws -> Data {
        let (height, width) = (picture.size.height, picture.size.width)
        guard let targets = picture.targets else { return try outlines() }
        let distances = targets.map { Self.distance(toEdgeOf: $0, picture.size) }
        var image = RGBImage(
            width: width * factor, height: height * factor, colour: RGBImage.Colour(0, 0, 0))
        for row in 0..<height {
            for column in 0..<width {
                let place = row * width + column
                let gray = UInt8(min(1, max(0, picture.pixels[place])) * 120)
                var colour = RGBImage.Colour(gray, gray, gray)
                for (index, prediction) in picture.predictions.enumerated() {
                    let isTarget = targets[index][place] != 0, isTold = prediction[place] != 0
                    if isTarget == isTold { continue }
                    let strength = 0.45 + 0.55 * min(1, distances[index][place] / 12)
                    let full: (Double, Double, Double) =
                        isTold ? (255, 140, 0) : (86, 180, 233)
                    colour = RGBImage.Colour(
                        UInt8(full.0 * strength), UInt8(full.1 * strength),
                        UInt8(full.2 * strength))
                }
                image.fill(
                    x: column * factor, y: row * factor, width: factor, height: factor,
                    colour: colour)
            }
        }
        return try Data(PNG.encode(image))
    }

    /// Distance in pixels of each pixel to the nearest one on the other side of the mask's edge, by
    /// two sweeps (chamfer 3-4, Borgefors 1986, within 8 % of the Euclidean one).
    private static func distance(toEdgeOf mask: [UInt8], _ size: ImageSize) -> [Double] {
        let (height, width) = (size.height, size.width)
        let far = 3 * (height + width)
        var value = [Int](repeating: far, count: mask.count)
        for row in 0..<height {
            for column in 0..<width {
                let place = row * width + column
                let differs =
                    (column + 1 < width && (mask[place] != 0) != (mask[place + 1] != 0))
                    || (row + 1 < height && (mask[place] != 0) != (mask[place + width] != 0))
                    || (column > 0 && (mask[place] != 0) != (mask[place - 1] != 0))
                    || (row > 0 && (mask[place] != 0) != (mask[place - width] != 0))
                if differs { value[place] = 0 }
            }
        }
        func relax(_ place: Int, _ row: Int, _ column: Int, _ steps: [(Int, Int, Int)]) {
            for (dy, dx, cost) in steps {
                let y = row + dy, x = column + dx
                guard y >= 0, x >= 0, y < height, x < width else { continue }
                value[place] = min(value[place], value[y * width + x] + cost)
            }
        }
        let before = [(0, -1, 3), (-1, 0, 3), (-1, -1, 4), (-1, 1, 4)]
        for row in 0..<height {
            for column in 0..<width { relax(row * width + column, row, column, before) }
        }
        let after = before.map { (-$0.0, -$0.1, $0.2) }
        for row in (0..<height).reversed() {
            for column in (0..<width).reversed() { relax(row * width + column, row, column, after) }
        }
        return value.map { Double($0) / 3 }
    }
}
