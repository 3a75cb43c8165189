import TensorCore

/// What every operation computes, written as plainly as its definition, in float64.
public enum Oracle {
    /// Maps side by side along the channels.
    public static func concatenate(_ maps: [DoubleTensor]) -> DoubleTensor {
        let first = maps[0].shape
        let channels = maps.reduce(0) { $0 + $1.shape.channels }
        var result = DoubleTensor(Shape(first[0], first[1], first[2], channels))
        for row in 0..<first.rows {
            var c = row * channels
            for map in maps {
                let width = map.shape.channels
                for k in 0..<width {
                    result.values[c] = map.values[row * width + k]
                    c += 1
                }
            }
        }
        return result
    }

    /// Convolution with weights `[K, R, R, C]`.
    public static func convolution(
        _ x: DoubleTensor, _ weight: DoubleTensor, _ bias: DoubleTensor?, stride: Int
    ) -> DoubleTensor {
        let (outputs, kernel) = (weight.shape[0], weight.shape[1])
        let padding = (kernel - 1) / 2
        func size(_ n: Int) -> Int { (n + 2 * padding - kernel) / stride + 1 }
        var y = DoubleTensor(Shape(x.shape[0], size(x.shape[1]), size(x.shape[2]), outputs))
        for n in 0..<y.shape[0] {
            for i in 0..<y.shape[1] {
                for j in 0..<y.shape[2] {
                    for k in 0..<outputs {
                        var sum = bias?.values[k] ?? 0
                        for r in 0..<kernel {
                            for s in 0..<kernel {
                                for c in 0..<x.shape[3] {
                                    sum +=
                                        weight[k, r, s, c]
                                        * x[
                                            n, i * stride + r - padding, j * stride + s - padding, c
                                        ]
                                }
                            }
                        }
                        y[n, i, j, k] = sum
                    }
                }
            }
        }
        return y
    }

    /// Transposed 2×2 convolution of stride 2 with weights `[2, 2, K, C]`.
    public static func transposedConvolution(
        _ x: DoubleTensor, _ weight: DoubleTensor, _ bias: DoubleTensor
    ) -> DoubleTensor {
        let outputs = weight.shape[2]
        var y = DoubleTensor(Shape(x.shape[0], 2 * x.shape[1], 2 * x.shape[2], outputs))
        for n in 0..<y.shape[0] {
            for i in 0..<y.shape[1] {
                for j in 0..<y.shape[2] {
                    for k in 0..<outputs {
                        y[n, i, j, k] =
                            (0..<x.shape[3]).reduce(bias.values[k]) {
                                $0 + weight[i % 2, j % 2, k, $1] * x[n, i / 2, j / 2, $1]
                            }
                    }
                }
            }
        }
        return y
    }

    /// Batch normalisation with the batch's own statistics, then the activation.
    public static func batchNorm(
        _ x: DoubleTensor, _ gamma: DoubleTensor, _ beta: DoubleTensor, epsilon: Double,
        slope: Double
    ) -> DoubleTensor {
        var y = x
        let channels = x.shape.channels
        let rows = x.shape.rows
        for c in 0..<channels {
            let column = (0..<rows).map { x.values[$0 * channels + c] }
            let mean = column.reduce(0, +) / Double(rows)
            let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
            for row in 0..<rows {
                let v =
                    gamma.values[c] * (column[row] - mean) / (variance + epsilon).squareRoot()
                    + beta.values[c]
                y.values[row * channels + c] = v > 0 ? v : slope * v
            }
        }
        return y
    }

    /// 2×2 windows of stride 2, reduced by `body`.
    public static func pool2(_ x: DoubleTensor, _ body: ([Double]) -> Double) -> DoubleTensor {
        var y = DoubleTensor(Shape(x.shape[0], x.shape[1] / 2, x.shape[2] / 2, x.shape[3]))
        for n in 0..<y.shape[0] {
            for i in 0..<y.shape[1] {
                for j in 0..<y.shape[2] {
                    for c in 0..<y.shape[3] {
                        y[n, i, j, c] = body([
                            x[n, 2 * i, 2 * j, c], x[n, 2 * i, 2 * j + 1, c],
                            x[n, 2 * i + 1, 2 * j, c], x[n, 2 * i + 1, 2 * j + 1, c],
                        ])
                    }
                }
            }
        }
        return y
    }

    /// The last row and column again until both sides are multiples of `step`.
    public static func padded(_ x: DoubleTensor, toMultiplesOf step: Int) -> DoubleTensor {
        let sides = (1...2).map { (x.shape[$0] + step - 1) / step * step }
        return picked(x, sides[0], sides[1]) { i, j in
            (min(i, x.shape[1] - 1), min(j, x.shape[2] - 1))
        }
    }

    /// The first rows and columns.
    public static func cropped(_ x: DoubleTensor, _ height: Int, _ width: Int) -> DoubleTensor {
        picked(x, height, width) { ($0, $1) }
    }

    private static func picked(
        _ x: DoubleTensor, _ height: Int, _ width: Int, from source: (Int, Int) -> (Int, Int)
    ) -> DoubleTensor {
        var y = DoubleTensor(Shape(x.shape[0], height, width, x.shape[3]))
        for n in 0..<y.shape[0] {
            for i in 0..<height {
                for j in 0..<width {
                    let (row, column) = source(i, j)
                    for c in 0..<y.shape[3] { y[n, i, j, c] = x[n, row, column, c] }
                }
            }
        }
        return y
    }

    /// Bilinear doubling between pixel centres: output o samples the input at `(o + 0.5) / 2 - 0.5`.
    public static func bilinear2(_ x: DoubleTensor) -> DoubleTensor {
        var y = DoubleTensor(Shape(x.shape[0], 2 * x.shape[1], 2 * x.shape[2], x.shape[3]))
        func sample(_ o: Int, _ size: Int) -> (Int, Int, Double) {
            let position = max(0, (Double(o) + 0.5) / 2 - 0.5)
            let low = min(Int(position), size - 1)
            return (low, min(low + 1, size - 1), position - Double(low))
        }
        for n in 0..<y.shape[0] {
            for i in 0..<y.shape[1] {
                let (i0, i1, u) = sample(i, x.shape[1])
                for j in 0..<y.shape[2] {
                    let (j0, j1, v) = sample(j, x.shape[2])
                    for c in 0..<y.shape[3] {
                        y[n, i, j, c] =
                            (1 - u) * ((1 - v) * x[n, i0, j0, c] + v * x[n, i0, j1, c])
                            + u * ((1 - v) * x[n, i1, j0, c] + v * x[n, i1, j1, c])
                    }
                }
            }
        }
        return y
    }
}
