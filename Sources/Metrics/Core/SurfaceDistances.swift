public import Domain

/// Distances, in pixels or millimetres, from each boundary pixel of one mask to the nearest of the
/// other, both ways.
///
/// The boundary of a mask is the mask minus its erosion by the 4-neighbourhood; outside of the image
/// counts as background. Two empty masks have no distances; where exactly one is empty there is no
/// finite distance and the metrics use the image diagonal.
public struct SurfaceDistances: Sendable {
    /// Both directions in one list, in rising order; empty when either mask is empty.
    public let sorted: [Double]
    /// The value where `sorted` is empty: 0 when both masks are, else the image diagonal.
    public let fallback: Double

    /// Measures two masks of one size.
    ///
    /// - Parameter spacing: the distance between pixels; nil measures in pixels.
    public init(target: BinaryMask, prediction: BinaryMask, spacing: PixelSpacing? = nil) {
        let (height, width) = (target.height, target.width)
        if target.isEmpty || prediction.isEmpty {
            sorted = []
            let diagonal =
                spacing.map {
                    let down = Double(height) * $0.rows, across = Double(width) * $0.columns
                    return (down * down + across * across).squareRoot()
                } ?? target.diagonal
            fallback = target.isEmpty && prediction.isEmpty ? 0 : diagonal
            return
        }
        fallback = 0
        let targetEdge = Self.boundary(target)
        let predictionEdge = Self.boundary(prediction)
        if let spacing, spacing.rows != spacing.columns {
            sorted = Self.sorted(targetEdge, predictionEdge, number: { $0 }) {
                DistanceTransform.squared($0, height: height, width: width, spacing: spacing)
            }
        } else {
            let scale = spacing?.rows
            let pixels = Self.sorted(targetEdge, predictionEdge, number: { Double($0) }) {
                DistanceTransform.squared($0, height: height, width: width)
            }
            sorted = scale.map { scale in pixels.map { $0 * scale } } ?? pixels
        }
    }

    /// The distances from each pixel of two edges to the other edge, in rising order.
    private static func sorted<Square: Comparable>(
        _ targetEdge: [UInt8], _ predictionEdge: [UInt8], number: (Square) -> Double,
        _ transform: ([UInt8]) -> [Square]
    ) -> [Double] {
        let toTarget = transform(targetEdge), toPrediction = transform(predictionEdge)
        var squares: [Square] = []
        squares.reserveCapacity(2048)
        for index in 0..<targetEdge.count {
            if targetEdge[index] != 0 { squares.append(toPrediction[index]) }
            if predictionEdge[index] != 0 { squares.append(toTarget[index]) }
        }
        squares.sort()
        return squares.map { number($0).squareRoot() }
    }

    /// The `percent`th percentile (0 to 100) of all distances, linear between ranks as NumPy's.
    public func percentile(_ percent: Double) -> Double {
        guard let last = sorted.last else { return fallback }
        let position = percent / 100 * Double(sorted.count - 1)
        let lower = Int(position)
        guard lower + 1 < sorted.count else { return last }
        let fraction = position - Double(lower)
        return sorted[lower] + fraction * (sorted[lower + 1] - sorted[lower])
    }

    /// The largest distance of either direction.
    public var maximum: Double { sorted.last ?? fallback }

    /// The mean over all boundary pixels of both masks.
    public var mean: Double {
        sorted.isEmpty ? fallback : sorted.reduce(0, +) / Double(sorted.count)
    }

    /// 1 where the mask has a 4-neighbour (or the outside of the image) that is background.
    static func boundary(_ mask: BinaryMask) -> [UInt8] {
        let (height, width) = (mask.height, mask.width)
        return mask.pixels.withUnsafeBufferPointer { pixels in
            [UInt8](unsafeUninitializedCapacity: pixels.count) { edge, count in
                for row in 0..<height {
                    for column in 0..<width {
                        let index = row * width + column
                        let inside =
                            row > 0 && row < height - 1 && column > 0 && column < width - 1
                            && pixels[index - width] & pixels[index + width]
                                & pixels[index - 1] & pixels[index + 1] == 1
                        edge[index] = inside ? 0 : pixels[index]
                    }
                }
                count = pixels.count
            }
        }
    }
}
