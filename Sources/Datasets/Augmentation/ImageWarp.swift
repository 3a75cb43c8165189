import Domain
import Foundation
import TensorCore

/// Where every pixel of a varied image comes from.
struct ImageWarp {
    private let shape: ImageShape
    /// Source column and row of every target pixel, in pixels.
    private var x: [Float]
    private var y: [Float]

    init(_ settings: AugmentationSettings, _ shape: ImageShape, using random: inout RandomSource) {
        self.shape = shape
        let flipped = random.uniform() < settings.flip
        let angle = random.uniform(-1...1) * settings.rotate * .pi / 180
        let factor = 1 + random.uniform(-1...1) * settings.scale
        let shiftX = random.uniform(-1...1) * settings.shift * Double(shape.width)
        let shiftY = random.uniform(-1...1) * settings.shift * Double(shape.height)
        let (c, s) = (cos(angle) / factor, sin(angle) / factor)
        let (middleX, middleY) = (Double(shape.width - 1) / 2, Double(shape.height - 1) / 2)
        x = []
        y = []
        x.reserveCapacity(shape.pixels)
        y.reserveCapacity(shape.pixels)
        for row in 0..<shape.height {
            let v = Double(row) - middleY - shiftY
            for column in 0..<shape.width {
                let u = Double(column) - middleX - shiftX
                let across = c * u + s * v
                x.append(Float(middleX + (flipped ? -across : across)))
                y.append(Float(middleY - s * u + c * v))
            }
        }
        if settings.elastic > 0 {
            Self.deform(&x, shape, by: settings.elastic, using: &random)
            Self.deform(&y, shape, by: settings.elastic, using: &random)
        }
    }

    /// Adds smooth noise of standard deviation `strength`: normal variates on a coarse grid,
    /// interpolated by cubic B-splines.
    private static func deform(
        _ coordinate: inout [Float], _ shape: ImageShape, by strength: Double,
        using random: inout RandomSource
    ) {
        let cells = 6
        let lattice = (0..<((cells + 3) * (cells + 3))).map { _ in random.normal() }
        // The variance of an interpolated value, averaged over a cell: (151 / 315)^2.
        let scale = strength * 315 / 151
        func splines(_ count: Int) -> [(cell: Int, weights: [Double])] {
            (0..<count).map { i in
                let position = Double(i) / Double(count) * Double(cells)
                let t = position - position.rounded(.down)
                let r = 1 - t
                return (
                    Int(position),
                    [
                        r * r * r / 6, (3 * t * t * t - 6 * t * t + 4) / 6,
                        (3 * r * r * r - 6 * r * r + 4) / 6, t * t * t / 6,
                    ]
                )
            }
        }
        let columns = splines(shape.width)
        for (row, down) in splines(shape.height).enumerated() {
            for (column, across) in columns.enumerated() {
                var sum = 0.0
                for j in 0..<4 {
                    let start = (down.cell + j) * (cells + 3) + across.cell
                    for i in 0..<4 {
                        sum += down.weights[j] * across.weights[i] * lattice[start + i]
                    }
                }
                coordinate[row * shape.width + column] += Float(sum * scale)
            }
        }
    }

    /// Samples `[H, W, C]`; beyond the border the nearest pixel is repeated.
    func apply(to image: inout [Float]) {
        let source = image
        let (width, channels) = (shape.width, shape.channels)
        let (lastColumn, lastRow) = (Float(width - 1), Float(shape.height - 1))
        for i in x.indices {
            let u = min(max(x[i], 0), lastColumn)
            let v = min(max(y[i], 0), lastRow)
            let (column, row) = (Int(u), Int(v))
            let right = min(column + 1, width - 1)
            let below = min(row + 1, shape.height - 1)
            let (fx, fy) = (u - Float(column), v - Float(row))
            for channel in 0..<channels {
                func at(_ row: Int, _ column: Int) -> Float {
                    source[(row * width + column) * channels + channel]
                }
                let top = at(row, column) * (1 - fx) + at(row, right) * fx
                let bottom = at(below, column) * (1 - fx) + at(below, right) * fx
                image[i * channels + channel] = top * (1 - fy) + bottom * fy
            }
        }
    }

    /// Samples masks `[H, W, K]` and thresholds them; beyond the border there is nothing.
    func apply(to mask: inout [UInt8]) {
        let source = mask
        let (width, height, structures) = (shape.width, shape.height, mask.count / shape.pixels)
        for i in x.indices {
            let (floorX, floorY) = (x[i].rounded(.down), y[i].rounded(.down))
            let (fx, fy) = (x[i] - floorX, y[i] - floorY)
            let (column, row) = (Int(floorX), Int(floorY))
            for structure in 0..<structures {
                func at(_ column: Int, _ row: Int) -> Float {
                    guard column >= 0, row >= 0, column < width, row < height else { return 0 }
                    return Float(source[(row * width + column) * structures + structure])
                }
                let top = at(column, row) * (1 - fx) + at(column + 1, row) * fx
                let bottom = at(column, row + 1) * (1 - fx) + at(column + 1, row + 1) * fx
                mask[i * structures + structure] =
                    BinaryMask.isForeground(top * (1 - fy) + bottom * fy) ? 1 : 0
            }
        }
    }
}
