import Domain
public import Foundation
public import Imaging

/// Images in rows, methods in columns, with the outlines of the drawn and of the predicted mask.
///
/// The drawn mask is a broken sky-blue line, the prediction a full orange one: the pair is told
/// apart by colour-blind eyes, and in gray by the breaks. Of several structures each has a colour of
/// its own for both lines.
public struct OverlaySheet: Sendable {
    /// One image under one method.
    public struct Panel: Sendable {
        /// The image with its masks.
        public let picture: OverlayPicture
        /// Line below the panel, such as `Dice 0.962`.
        public let caption: String

        /// Makes a panel.
        public init(picture: OverlayPicture, caption: String) {
            self.picture = picture
            self.caption = caption
        }
    }

    /// One image under all methods; nil where a method has not got it.
    public struct Row: Sendable {
        /// Words above the first panel, such as `worst: MCUCXR_0042_0`.
        public let title: String
        /// One panel a method.
        public let panels: [Panel?]

        /// Makes a row.
        public init(title: String, panels: [Panel?]) {
            self.title = title
            self.panels = panels
        }
    }

    /// Colour of the drawn mask's outline.
    public static let targetColour = RGBImage.Colour(86, 180, 233)
    /// Colour of the prediction's outline.
    public static let predictionColour = RGBImage.Colour(255, 140, 0)

    /// Colours of the outlines of structure `index` of so many.
    public static func colours(
        of index: Int, among structures: Int
    ) -> (target: RGBImage.Colour, prediction: RGBImage.Colour) {
        if structures == 1 { return (targetColour, predictionColour) }
        let colour = StructureColours.colour(index)
        return (colour, colour)
    }

    /// Names of the methods.
    public let methods: [String]
    /// The images.
    public let rows: [Row]
    /// Side of a panel in pixels, at least; images are enlarged by a whole number.
    public var panelSide = 240

    /// Makes a sheet; the first column shows the image with the drawn mask alone.
    public init(methods: [String], rows: [Row]) {
        self.methods = methods
        self.rows = rows
    }

    /// The sheet as a PNG file.
    ///
    /// - Throws: `ImagingError` when the picture cannot be encoded.
    public func png() throws -> Data { try Data(PNG.encode(image())) }

    /// The sheet.
    public func image() -> RGBImage {
        let gap = 12, head = 30, foot = 34, titleHeight = 22
        let shown = rows.flatMap(\.panels).compactMap { $0?.picture.size.longer }
        let side = shown.max() ?? 128
        let factor = max(1, (panelSide + side - 1) / side)
        let panel = side * factor
        let columns = methods.count + 1
        let width = gap + columns * (panel + gap)
        let block = titleHeight + panel + foot
        let height = head + rows.count * block + 30
        let white = RGBImage.Colour(255, 255, 255), ink = RGBImage.Colour(34, 34, 34)
        var sheet = RGBImage(width: width, height: height, colour: white)
        for (column, name) in (["target"] + methods).enumerated() {
            let text = LabelFont.fitted(name, into: panel)
            let x = gap + column * (panel + gap) + (panel - LabelFont.width(text)) / 2
            LabelFont.draw(text, x: x, y: 10, colour: ink, in: &sheet)
        }
        for (index, row) in rows.enumerated() {
            let y = head + index * block
            LabelFont.draw(
                LabelFont.fitted(row.title, into: width - 2 * gap), x: gap, y: y + 2, colour: ink,
                in: &sheet)
            let top = y + titleHeight
            if let first = row.panels.compactMap({ $0 }).first {
                Self.draw(
                    first.picture, withPrediction: false, into: panel, x: gap, y: top, in: &sheet)
            }
            for (column, entry) in row.panels.enumerated() {
                let x = gap + (column + 1) * (panel + gap)
                guard let entry else { continue }
                Self.draw(
                    entry.picture, withPrediction: true, into: panel, x: x, y: top, in: &sheet)
                let text = LabelFont.fitted(entry.caption, into: panel)
                LabelFont.draw(
                    text, x: x + (panel - LabelFont.width(text)) / 2, y: top + panel + 4,
                    colour: ink, in: &sheet)
            }
        }
        drawLegend(at: (gap, height - 22), ink: ink, in: &sheet)
        return sheet
    }

    // MARK: Pieces

    /// The structures of the first picture; all of a sheet's are of one data set.
    private var shownStructures: [String] {
        rows.lazy.flatMap(\.panels).compactMap { $0?.picture.structures }.first ?? ["mask"]
    }

    private func drawLegend(
        at place: (x: Int, y: Int), ink: RGBImage.Colour, in sheet: inout RGBImage
    ) {
        let ground = RGBImage.Colour(60, 60, 60)
        // Of several structures colour tells which, the kind of line whose: that one has none.
        let isOne = shownStructures.count == 1, plain = RGBImage.Colour(230, 230, 230)
        sheet.fill(x: place.x, y: place.y - 2, width: 44, height: 18, colour: ground)
        for start in stride(from: 4, to: 40, by: 12) {
            sheet.fill(
                x: place.x + start, y: place.y + 6, width: 7, height: 2,
                colour: isOne ? Self.targetColour : plain)
        }
        LabelFont.draw("target", x: place.x + 52, y: place.y, colour: ink, in: &sheet)
        var next = place.x + 52 + LabelFont.width("target") + 28
        func line(_ name: String, _ colour: RGBImage.Colour) {
            sheet.fill(x: next, y: place.y - 2, width: 44, height: 18, colour: ground)
            sheet.fill(x: next + 4, y: place.y + 6, width: 36, height: 2, colour: colour)
            LabelFont.draw(name, x: next + 52, y: place.y, colour: ink, in: &sheet)
            next += 52 + LabelFont.width(name) + 28
        }
        line("prediction", isOne ? Self.predictionColour : plain)
        if isOne { return }
        for (index, name) in shownStructures.enumerated() {
            line(name, Self.colours(of: index, among: shownStructures.count).prediction)
        }
    }

    /// Draws a picture in the middle of a square panel, enlarged by the largest whole number that fits.
    private static func draw(
        _ picture: OverlayPicture, withPrediction: Bool, into panel: Int, x: Int, y: Int,
        in sheet: inout RGBImage
    ) {
        let size = picture.size
        let factor = panel / size.longer
        draw(
            picture, withPrediction: withPrediction, factor: factor,
            x: x + (size.longer - size.width) * factor / 2,
            y: y + (size.longer - size.height) * factor / 2, in: &sheet)
    }

    static func draw(
        _ picture: OverlayPicture, withPrediction: Bool, factor: Int, x: Int, y: Int,
        in sheet: inout RGBImage
    ) {
        let size = picture.size
        sheet.draw(
            gray: enlarged(picture.pixels, size, factor), width: size.width * factor,
            height: size.height * factor, x: x, y: y)
        let predictions = withPrediction ? picture.predictions : []
        // Dark rims first, so that no line is hidden by the other's rim.
        for isRim in [true, false] {
            for (index, target) in (picture.targets ?? []).enumerated() {
                let colour = colours(of: index, among: picture.structures.count).target
                outline(
                    target, size, factor, isBroken: true, isRim ? nil : colour, x, y,
                    in: &sheet)
            }
            for (index, prediction) in predictions.enumerated() {
                let colour = colours(of: index, among: picture.structures.count).prediction
                outline(
                    prediction, size, factor, isBroken: false, isRim ? nil : colour, x, y,
                    in: &sheet)
            }
        }
    }

    /// Draws the mask's inner edge two pixels wide, one in small panels; without a colour the dark
    /// rim around it, which sets the line off from bright surroundings, also in gray.
    private static func outline(
        _ mask: [UInt8], _ size: ImageSize, _ factor: Int, isBroken: Bool,
        _ colour: RGBImage.Colour?,
        _ x: Int, _ y: Int, in sheet: inout RGBImage
    ) {
        let isRim = colour == nil
        let ink = colour ?? RGBImage.Colour(20, 20, 20)
        let (height, width) = (size.height * factor, size.width * factor)
        func isInside(_ column: Int, _ row: Int) -> Bool {
            guard column >= 0, row >= 0, column < width, row < height else { return false }
            return mask[row / factor * size.width + column / factor] != 0
        }
        let reach = factor > 1 ? 2 : 1
        for row in 0..<height {
            for column in 0..<width where isInside(column, row) != isRim {
                let isEdge = (1...(isRim ? 1 : reach)).contains { step in
                    isInside(column - step, row) == isRim || isInside(column + step, row) == isRim
                        || isInside(column, row - step) == isRim
                        || isInside(column, row + step) == isRim
                }
                // Breaks run along diagonals, so that no straight edge escapes them.
                guard isEdge, !isBroken || (column + row) / 6 % 2 == 0 else { continue }
                sheet[x + column, y + row] = ink
            }
        }
    }

    /// Bilinear enlargement by a whole number.
    private static func enlarged(_ pixels: [Float], _ size: ImageSize, _ factor: Int) -> [Float] {
        guard factor > 1 else { return pixels }
        let (rows, side) = (size.height, size.width)
        var result = [Float](repeating: 0, count: size.pixels * factor * factor)
        for row in 0..<rows * factor {
            let v = min(max((Float(row) + 0.5) / Float(factor) - 0.5, 0), Float(rows - 1))
            let top = Int(v), bottom = min(top + 1, rows - 1)
            let fv = v - Float(top)
            for column in 0..<side * factor {
                let u = min(max((Float(column) + 0.5) / Float(factor) - 0.5, 0), Float(side - 1))
                let left = Int(u), right = min(left + 1, side - 1)
                let fu = u - Float(left)
                let upper = pixels[top * side + left] * (1 - fu) + pixels[top * side + right] * fu
                let lower =
                    pixels[bottom * side + left] * (1 - fu) + pixels[bottom * side + right] * fu
                result[row * side * factor + column] = upper * (1 - fv) + lower * fv
            }
        }
        return result
    }
}
