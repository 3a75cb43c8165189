import Imaging

/// An image and its mask at 32 x 32, as vectors of length 1 about 0: small enough to compare every
/// example of a data set with others.
struct MaskSketch: Sendable {
    static let side = 32

    let image: [Float]
    let mask: [Float]
    /// Share of the mask's outermost pixels that are inside.
    let border: Double

    /// Reduces an image and its mask of that width; nil where one of them is of one value only.
    init?(image: [Float], mask: [UInt8], width: Int) {
        guard width > 0, image.count == mask.count else { return nil }
        let height = mask.count / width
        let inside = mask.map(Float.init)
        guard let small = Self.centred(Self.reduced(image, width, height)),
            let shape = Self.centred(Self.reduced(inside, width, height))
        else { return nil }
        (self.image, self.mask) = (small, shape)
        let edge = mask.indices.filter {
            let (row, column) = ($0 / width, $0 % width)
            return row == 0 || row == height - 1 || column == 0 || column == width - 1
        }
        border = Double(edge.count { mask[$0] == 1 }) / Double(edge.count)
    }

    private static func reduced(_ pixels: [Float], _ width: Int, _ height: Int) -> [Float] {
        let side = side
        var sums = [Float](repeating: 0, count: side * side)
        for row in 0..<side {
            let rows = row * height / side...max(row * height / side, (row + 1) * height / side - 1)
            for column in 0..<side {
                let first = column * width / side
                let columns = first...max(first, (column + 1) * width / side - 1)
                var sum: Float = 0
                for y in rows { for x in columns { sum += pixels[y * width + x] } }
                sums[row * side + column] = sum / Float(rows.count * columns.count)
            }
        }
        return sums
    }

    /// The vector about its mean, of length 1; nil where it has none.
    static func centred(_ values: [Float]) -> [Float]? {
        let mean = values.reduce(0, +) / Float(values.count)
        let about = values.map { $0 - mean }
        let length = about.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 1e-6 ? about.map { $0 / length } : nil
    }

    static func product(_ a: [Float], _ b: [Float]) -> Double {
        var sum: Float = 0
        for i in a.indices { sum += a[i] * b[i] }
        return Double(sum)
    }

    /// The mean of vectors, which is not of length 1.
    static func mean(_ vectors: [[Float]]) -> [Float] {
        var sum = [Float](repeating: 0, count: side * side)
        for vector in vectors { for i in sum.indices { sum[i] += vector[i] } }
        return sum.map { $0 / Float(vectors.count) }
    }
}

/// A way in which a mask may lie on its image.
enum MaskTurn: String, CaseIterable {
    case transposed
    case left = "turned left"
    case right = "turned right"
    case around = "upside down"
    case mirrored = "mirrored from top to bottom"
    case flipped = "mirrored from left to right"
    case antitransposed = "transposed about the other diagonal"

    /// For each pixel of a square the one that takes its place.
    private var places: [Int] {
        let side = MaskSketch.side
        return (0..<side * side).map { place in
            let (row, column) = (place / side, place % side)
            let (y, x) = (side - 1 - row, side - 1 - column)
            return switch self {
            case .transposed: column * side + row
            case .left: column * side + y
            case .right: x * side + row
            case .around: y * side + x
            case .mirrored: y * side + column
            case .flipped: row * side + x
            case .antitransposed: x * side + y
            }
        }
    }

    /// What turns sketches like this.
    var turn: @Sendable ([Float]) -> [Float] {
        let places = places
        return { values in places.map { values[$0] } }
    }
}
