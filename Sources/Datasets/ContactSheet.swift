import Domain
public import Imaging

/// A picture of many examples side by side, each with the outlines of its masks.
public enum ContactSheet {
    /// Draws up to `limit` examples, spread evenly over the data set, in `columns` columns.
    /// `outlines` false leaves the masks away.
    public static func draw(
        _ dataset: Dataset, limit: Int = 48, columns: Int = 8, outlines: Bool = true
    ) -> RGBImage {
        let count = min(max(limit, 1), dataset.examples.count)
        let columns = max(1, min(columns, count))
        let rows = (count + columns - 1) / columns
        let gap = 4
        let (width, height) = (dataset.shape.width, dataset.shape.height)
        var sheet = RGBImage(
            width: columns * (width + gap) + gap, height: max(rows, 1) * (height + gap) + gap,
            colour: RGBImage.Colour(30, 30, 34))
        for slot in 0..<count {
            let index = slot * dataset.examples.count / count
            let x = gap + slot % columns * (width + gap)
            let y = gap + slot / columns * (height + gap)
            var image = Array(dataset.image(index))
            Normalisation.minMax.apply(to: &image)
            sheet.draw(gray: image, width: width, height: height, x: x, y: y)
            if outlines && dataset.examples[index].hasMask {
                let isOne = dataset.structures.count == 1
                for structure in dataset.structures.indices {
                    sheet.draw(
                        outlineOf: dataset.mask(index, of: structure).pixels, width: width,
                        height: height, x: x, y: y,
                        colour: isOne
                            ? RGBImage.Colour(255, 196, 0) : StructureColours.colour(structure))
                }
            }
        }
        return sheet
    }
}
