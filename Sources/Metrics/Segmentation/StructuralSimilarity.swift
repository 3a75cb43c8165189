import Domain

extension MetricEntry {
    /// Structural similarity of the two masks, in `[-1, 1]`: the mean over 7 x 7 windows of
    /// (2 m n + c) (2 s + d) / ((m² + n² + c) (u² + v² + d)), with the windows' means m and n,
    /// variances u² and v², covariance s, c = 0.01², d = 0.03².
    public static let structuralSimilarity = MetricEntry(
        "ssim", title: "SSIM", citation: "Wang 2004; scikit-image defaults, data range 1",
        reduction: .mean
    ) { StructuralSimilarity.of($0.target, $0.prediction) }
}

/// SSIM with scikit-image's defaults: 7 x 7 uniform window, K1 = 0.01, K2 = 0.03, sample covariance
/// (N / (N - 1)), mean over the windows that lie inside of the image, data range 1.
enum StructuralSimilarity {
    /// The similarity of two masks of one size. Images smaller than the window use the largest odd
    /// window that fits.
    static func of(_ a: BinaryMask, _ b: BinaryMask) -> Double {
        precondition(a.height == b.height && a.width == b.width)
        let (height, width) = (a.height, a.width)
        let fitting = min(7, height, width)
        let window = fitting % 2 == 1 ? fitting : fitting - 1
        guard window > 0 else { return 1 }
        let sumsA = table(a.pixels, height, width)
        let sumsB = table(b.pixels, height, width)
        let sumsBoth = table(zip(a.pixels, b.pixels).map { $0 & $1 }, height, width)
        let pixels = Double(window * window)
        let normalisation = window > 1 ? pixels / (pixels - 1) : 1
        let c1 = 0.01 * 0.01
        let c2 = 0.03 * 0.03
        var sum = 0.0
        for row in 0...(height - window) {
            for column in 0...(width - window) {
                func mean(_ sums: [Int32]) -> Double {
                    let top = row * (width + 1) + column
                    let bottom = top + window * (width + 1)
                    let inside =
                        sums[bottom + window] - sums[bottom] - sums[top + window] + sums[top]
                    return Double(inside) / pixels
                }
                let meanA = mean(sumsA)
                let meanB = mean(sumsB)
                // A binary image is its own square, so its second moment is its mean.
                let varianceA = normalisation * (meanA - meanA * meanA)
                let varianceB = normalisation * (meanB - meanB * meanB)
                let covariance = normalisation * (mean(sumsBoth) - meanA * meanB)
                sum +=
                    (2 * meanA * meanB + c1) * (2 * covariance + c2)
                    / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
            }
        }
        return sum / Double((height - window + 1) * (width - window + 1))
    }

    /// Summed-area table with a leading row and column of zeros.
    private static func table(_ pixels: [UInt8], _ height: Int, _ width: Int) -> [Int32] {
        var sums = [Int32](repeating: 0, count: (height + 1) * (width + 1))
        for row in 0..<height {
            var line: Int32 = 0
            for column in 0..<width {
                line += Int32(pixels[row * width + column])
                sums[(row + 1) * (width + 1) + column + 1] =
                    sums[row * (width + 1) + column + 1] + line
            }
        }
        return sums
    }
}
