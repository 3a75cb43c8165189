import Foundation
import TensorCore

/// Where every pixel of a varied image comes from.
struct ImageWarp {
    private let side: Int
    /// Source column and row of every target pixel, in pixels.
    private var x: [Float]
    private var y: [Float]

    init(_ settings: AugmentationSettings, side: Int, using random: inout RandomSource) {
        self.side = side
        let flipped = random.uniform() < settings.flip
        let angle = random.uniform(-1...1) * settings.rotate * .pi / 180
        let factor = 1 + random.uniform(-1...1) * settings.scale
        let shiftX = random.uniform(-1...1) * settings.shift * Double(side)
        let shiftY = random.uniform(-1...1) * settings.shift * Double(side)
        let (c, s) = (cos(angle) / factor, sin(angle) / factor)
        let middle = Double(side - 1) / 2
        x = []
        y = []
        x.reserveCapacity(side * side)
        y.reserveCapacity(side * side)
        for row in 0..<side {
            let v = Double(row) - middle - shiftY
            for column in 0..<side {
                let u = Double(column) - middle - shiftX
                let across = c * u + s * v
                x.append(Float(middle + (flipped ? -across : across)))
                y.append(Float(middle - s * u + c * v))
            }
        }
        if settings.elastic > 0 {
            Self.deform(&x, side: side, by: settings.elastic, using: &random)
            Self.deform(&y, side: side, by: settings.elastic, using: &random)
        }
    }

    /// Adds smooth noise of standard deviation `strength`: normal variates on a coarse grid,
    /// interpolated by cubic B-splines.
    private static func deform(
        _ coordinate: inout [Float], side: Int, by strength: Double,
        using random: inout RandomSource
    ) {
        let cells = 6
        let lattice = (0..<((cells + 3) * (cells + 3))).map { _ in random.normal() }
        // The variance of an interpolated value, averaged over a cell: (151 / 315)^2.
        let scale = strength * 315 / 151
        let weights = (0..<side).map { i -> (cell: Int, weights: [Double]) in
            let position = Double(i) / Double(side) * Double(cells)
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
        for row in 0..<side {
            for column in 0..<side {
                var sum = 0.0
                for j in 0..<4 {
                    let start = (weights[row].cell + j) * (cells + 3) + weights[column].cell
                    for i in 0..<4 {
                        sum +=
                            weights[row].weights[j] * weights[column].weights[i]
                            * lattice[start + i]
                    }
                }
                coordinate[row * side + column] += Float(sum * scale)
            }
        }
    }

    /// Samples the image; beyond the border the nearest pixel is repeated.
    func apply(to image: inout [Float]) {
        let source = image
        let last = Float(side - 1)
        for i in image.indices {
            let u = min(max(x[i], 0), last)
            let v = min(max(y[i], 0), last)
            let column = Int(u)
            let row = Int(v)
            let right = min(column + 1, side - 1)
            let below = min(row + 1, side - 1)
            let (fx, fy) = (u - Float(column), v - Float(row))
            let top = source[row * side + column] * (1 - fx) + source[row * side + right] * fx
            let bottom =
                source[below * side + column] * (1 - fx) + source[below * side + right] * fx
            image[i] = top * (1 - fy) + bottom * fy
        }
    }

    /// Samples the mask and thresholds at one half; beyond the border there is nothing.
    func apply(to mask: inout [UInt8]) {
        let source = mask
        func at(_ column: Int, _ row: Int) -> Float {
            guard column >= 0, row >= 0, column < side, row < side else { return 0 }
            return Float(source[row * side + column])
        }
        for i in mask.indices {
            let (floorX, floorY) = (x[i].rounded(.down), y[i].rounded(.down))
            let (fx, fy) = (x[i] - floorX, y[i] - floorY)
            let (column, row) = (Int(floorX), Int(floorY))
            let top = at(column, row) * (1 - fx) + at(column + 1, row) * fx
            let bottom = at(column, row + 1) * (1 - fx) + at(column + 1, row + 1) * fx
            mask[i] = top * (1 - fy) + bottom * fy >= 0.5 ? 1 : 0
        }
    }
}
