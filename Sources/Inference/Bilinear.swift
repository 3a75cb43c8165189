import Domain

/// Bilinear interpolation of small maps to images.
enum Bilinear {
    /// `values` (a map of the pixels of `size`) at the pixel centres of an image of `width * height`.
    static func enlarge(_ values: [Float], _ size: ImageSize, width: Int, height: Int)
        -> [Float]
    {
        func places(_ count: Int, of side: Int) -> [(low: Int, high: Int, share: Float)] {
            (0..<count).map { index in
                let x = (Float(index) + 0.5) * Float(side) / Float(count) - 0.5
                let clamped = min(max(x, 0), Float(side - 1))
                let low = Int(clamped)
                return (low, min(low + 1, side - 1), clamped - Float(low))
            }
        }
        let columns = places(width, of: size.width)
        var result: [Float] = []
        result.reserveCapacity(width * height)
        for row in places(height, of: size.height) {
            for column in columns {
                let top =
                    values[row.low * size.width + column.low] * (1 - column.share)
                    + values[row.low * size.width + column.high] * column.share
                let bottom =
                    values[row.high * size.width + column.low] * (1 - column.share)
                    + values[row.high * size.width + column.high] * column.share
                result.append(top * (1 - row.share) + bottom * row.share)
            }
        }
        return result
    }
}
