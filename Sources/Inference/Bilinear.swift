/// Bilinear interpolation of small square maps to images.
enum Bilinear {
    /// `values` (`side * side`) at the pixel centres of an image of `width * height`.
    static func enlarge(_ values: [Float], side: Int, width: Int, height: Int) -> [Float] {
        func places(_ count: Int) -> [(low: Int, high: Int, share: Float)] {
            (0..<count).map { index in
                let x = (Float(index) + 0.5) * Float(side) / Float(count) - 0.5
                let clamped = min(max(x, 0), Float(side - 1))
                let low = Int(clamped)
                return (low, min(low + 1, side - 1), clamped - Float(low))
            }
        }
        let columns = places(width)
        var result: [Float] = []
        result.reserveCapacity(width * height)
        for row in places(height) {
            for column in columns {
                let top =
                    values[row.low * side + column.low] * (1 - column.share)
                    + values[row.low * side + column.high] * column.share
                let bottom =
                    values[row.high * side + column.low] * (1 - column.share)
                    + values[row.high * side + column.high] * column.share
                result.append(top * (1 - row.share) + bottom * row.share)
            }
        }
        return result
    }
}
