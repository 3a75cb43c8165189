import Domain

extension MetricEntry {
    private static let source =
        "Imran & Terzopoulos 2019; scipy directed_hausdorff on 2-D masks takes rows as points"

    /// The published "HD": max over target rows of the distance to the nearest predicted row, image
    /// rows taken as points of {0, 1}^width; mean over images. Unrelated to geometry.
    public static let publishedHausdorff = distance(
        "published/hd", title: "HD (published)", citation: source
    ) { RowHausdorff.directed(from: $0.target, to: $0.prediction) }

    /// As `published/hd`, from predicted rows to target rows.
    public static let publishedHausdorffReverse = distance(
        "published/hd-reverse", title: "HD reverse (published)", citation: source
    ) { RowHausdorff.directed(from: $0.prediction, to: $0.target) }

    /// The larger of the two directions.
    public static let publishedHausdorffSymmetric = distance(
        "published/hd-symmetric", title: "HD symmetric (published)", citation: source
    ) {
        max(
            RowHausdorff.directed(from: $0.target, to: $0.prediction),
            RowHausdorff.directed(from: $0.prediction, to: $0.target))
    }
}

/// Hausdorff distance between two images whose rows are the points.
enum RowHausdorff {
    /// max over rows of `a` of min over rows of `b` of the Euclidean distance: the square root of
    /// the number of pixels that differ.
    static func directed(from a: BinaryMask, to b: BinaryMask) -> Double {
        precondition(a.width == b.width)
        let words = (a.width + 63) / 64
        let rowsA = packed(a, words)
        let rowsB = packed(b, words)
        var largest = 0
        for i in 0..<a.height {
            var nearest = Int.max
            for j in 0..<b.height where nearest > 0 {
                var differing = 0
                for word in 0..<words {
                    differing += (rowsA[i * words + word] ^ rowsB[j * words + word]).nonzeroBitCount
                }
                nearest = min(nearest, differing)
            }
            largest = max(largest, nearest)
        }
        return Double(largest).squareRoot()
    }

    private static func packed(_ mask: BinaryMask, _ words: Int) -> [UInt64] {
        var rows = [UInt64](repeating: 0, count: mask.height * words)
        for row in 0..<mask.height {
            for column in 0..<mask.width where mask.pixels[row * mask.width + column] != 0 {
                rows[row * words + column / 64] |= 1 << UInt64(column % 64)
            }
        }
        return rows
    }
}
