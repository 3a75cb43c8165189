/// A rectangle of pixels.
public struct PixelBox: Sendable, Hashable {
    /// Its rows.
    public var rows: Range<Int>
    /// Its columns.
    public var columns: Range<Int>

    /// These rows and columns.
    public init(rows: Range<Int>, columns: Range<Int>) {
        self.rows = rows
        self.columns = columns
    }

    /// A box of `height * width` pixels at a random place of an image of `rows * columns`.
    public static func random(
        height: Int, width: Int, rows: Int, columns: Int, using random: inout RandomSource
    ) -> PixelBox {
        precondition(
            (1...rows).contains(height) && (1...columns).contains(width),
            "a box of \(width) x \(height) in \(columns) x \(rows) pixels")
        let row = random.integer(below: rows - height + 1)
        let column = random.integer(below: columns - width + 1)
        return PixelBox(rows: row..<row + height, columns: column..<column + width)
    }
}

extension Tensor {
    /// The batch `[N, H, W, C]` in another order or with images several times: image `order[i]` is
    /// the i-th.
    public func picking(_ order: [Int], in context: ComputeContext) -> Tensor {
        let size = shape.batch == 0 ? 0 : count / shape.batch
        let result = Tensor(
            uninitialised: Shape([order.count] + shape.dimensions.dropFirst()), in: context)
        for (place, image) in order.enumerated() {
            precondition(image >= 0 && image < shape.batch, "no image \(image) in \(shape)")
            (result.pointer + place * size).update(from: pointer + image * size, count: size)
        }
        return result
    }

    /// A copy of `[N, H, W, C]` in which the pixels of each image's box are those of the same image
    /// of `other`.
    public func pasting(_ other: Tensor, into boxes: [PixelBox], in context: ComputeContext)
        -> Tensor
    {
        precondition(
            shape == other.shape && boxes.count == shape.batch,
            "\(boxes.count) boxes of \(other.shape) into \(shape)")
        let result = Tensor(uninitialised: shape, in: context)
        result.copy(from: self)
        for (image, box) in boxes.enumerated() {
            precondition(
                box.rows.lowerBound >= 0 && box.rows.upperBound <= shape.height
                    && box.columns.lowerBound >= 0 && box.columns.upperBound <= shape.width,
                "\(box) is outside of \(shape)")
            let length = box.columns.count * shape.channels
            for row in box.rows {
                let pixel = (image * shape.height + row) * shape.width + box.columns.lowerBound
                let start = pixel * shape.channels
                (result.pointer + start).update(from: other.pointer + start, count: length)
            }
        }
        return result
    }
}
