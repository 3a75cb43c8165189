import Domain

@testable import Metrics

/// Section 6.9 of the methods sheet: two pairs of ellipses on 128 x 128 pixels.
enum NumericFixture {
    static let target = mask { ellipse($0, $1, 62, 38, 40, 20) || ellipse($0, $1, 64, 90, 38, 18) }
    static let prediction = mask {
        ellipse($0, $1, 60, 40, 38, 19) || ellipse($0, $1, 66, 88, 40, 20)
    }

    private static func ellipse(_ r: Int, _ c: Int, _ row: Int, _ column: Int, _ a: Int, _ b: Int)
        -> Bool
    {
        (r - row) * (r - row) * b * b + (c - column) * (c - column) * a * a <= a * a * b * b
    }

    private static func mask(_ inside: (Int, Int) -> Bool) -> BinaryMask {
        BinaryMask(
            (0..<128 * 128).map { inside($0 / 128, $0 % 128) ? 1 : 0 }, height: 128, width: 128)
    }
}
