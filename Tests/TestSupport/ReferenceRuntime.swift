import Foundation
import Testing

/// An array of any number of axes, the last one fastest.
package struct NumberArray {
    package var shape: [Int]
    package var values: [Double]

    package init(_ values: [Double], shape: [Int]) {
        self.shape = shape
        self.values = values
    }

    package init(shape: [Int], _ value: ([Int]) -> Double) {
        self.shape = shape
        var places = [[Int]([])]
        for extent in shape {
            places = places.flatMap { place in (0..<extent).map { place + [$0] } }
        }
        values = places.map(value)
    }

    /// An element; 0 outside, as padding has it.
    package subscript(_ place: [Int]) -> Double {
        var index = 0
        for (axis, extent) in shape.enumerated() {
            guard place[axis] >= 0, place[axis] < extent else { return 0 }
            index = index * extent + place[axis]
        }
        return values[index]
    }

    var integers: [Int] { values.map { Int($0) } }

    func map(_ function: (Double) -> Double) -> NumberArray {
        NumberArray(values.map(function), shape: shape)
    }
}

/// Runs a graph by the words of ONNX's operator specification (github.com/onnx/onnx, Operators.md, set
/// 17), slowly and in 64 bits. Knows the operators that Lightbox writes, with what it says of them;
/// anything else ends the test.
package struct ReferenceRuntime {
    private let file: ONNXFile

    /// A runtime of that graph.
    package init(_ file: ONNXFile) { self.file = file }

    struct Unknown: Error { let operation: String }

    /// The outputs for an input.
    package func run(_ images: NumberArray) throws -> [String: NumberArray] {
        var values: [String: NumberArray] = ["image": images]
        for constant in file.constants {
            values[constant.name] = NumberArray(constant.values, shape: constant.shape)
        }
        for node in file.nodes {
            let inputs = try node.inputs.map { name in
                name.isEmpty
                    ? NumberArray([], shape: [0])
                    : try #require(values[name], "\(node.name) reads \(name) before it is there")
            }
            values[node.outputs[0]] = try result(of: node, inputs)
        }
        return try Dictionary(
            uniqueKeysWithValues: file.outputs.map { ($0.name, try #require(values[$0.name])) })
    }

    private func result(of node: ONNXFile.Node, _ x: [NumberArray]) throws -> NumberArray {
        switch node.operation {
        case "Identity": return x[0]
        case "Relu": return x[0].map { max($0, 0) }
        case "LeakyRelu":
            let alpha = Double(node.floats["alpha"] ?? 0.01)
            return x[0].map { $0 < 0 ? alpha * $0 : $0 }
        case "Sigmoid": return x[0].map { 1 / (1 + exp(-$0)) }
        case "Add": return Self.broadcast(x[0], x[1], +)
        case "Mul": return Self.broadcast(x[0], x[1], *)
        case "Conv": return Self.convolution(node, x)
        case "ConvTranspose": return Self.transposed(node, x)
        case "BatchNormalization":
            let epsilon = Double(node.floats["epsilon"] ?? 1e-5)
            return NumberArray(shape: x[0].shape) { place in
                let c = [place[1]]
                return (x[0][place] - x[3][c]) / (x[4][c] + epsilon).squareRoot() * x[1][c]
                    + x[2][c]
            }
        case "MaxPool": return try Self.pool(node, x[0]) { $0.max() ?? .nan }
        case "AveragePool": return try Self.pool(node, x[0]) { $0.reduce(0, +) / Double($0.count) }
        case "GlobalAveragePool":
            let (height, width) = (x[0].shape[2], x[0].shape[3])
            return NumberArray(shape: x[0].shape.prefix(2) + [1, 1]) { place in
                var sum = 0.0
                for row in 0..<height {
                    for column in 0..<width { sum += x[0][[place[0], place[1], row, column]] }
                }
                return sum / Double(height * width)
            }
        case "Flatten":
            return NumberArray(
                x[0].values, shape: [x[0].shape[0], x[0].shape.dropFirst().reduce(1, *)])
        case "Gemm":
            try #require(node.integers["transB"] == [1])
            return NumberArray(shape: [x[0].shape[0], x[1].shape[0]]) { place in
                (0..<x[0].shape[1]).reduce(x[2][[place[1]]]) {
                    $0 + x[0][[place[0], $1]] * x[1][[place[1], $1]]
                }
            }
        case "Concat": return Self.concatenation(x, axis: node.integer("axis", or: 0))
        case "Slice":
            let (starts, ends, axes) = (x[1].integers, x[2].integers, x[3].integers)
            var shape = x[0].shape
            for (index, axis) in axes.enumerated() { shape[axis] = ends[index] - starts[index] }
            return NumberArray(shape: shape) { place in
                var from = place
                for (index, axis) in axes.enumerated() { from[axis] += starts[index] }
                return x[0][from]
            }
        case "Shape":
            let sides = x[0].shape.dropFirst(node.integer("start", or: 0))
            return NumberArray(sides.map(Double.init), shape: [sides.count])
        case "Neg": return x[0].map { -$0 }
        case "Div":
            // Of whole numbers, towards 0.
            return Self.broadcast(x[0], x[1]) { ($0 / $1).rounded(.towardZero) }
        case "Mod":
            try #require(node.integer("fmod", or: 0) == 0)
            return Self.broadcast(x[0], x[1]) { $0 - $1 * ($0 / $1).rounded(.down) }
        case "Pad":
            let (pads, rank) = (x[1].integers, x[0].shape.count)
            let shape = (0..<rank).map { x[0].shape[$0] + pads[$0] + pads[rank + $0] }
            let isEdge = node.texts["mode"] == "edge"
            return NumberArray(shape: shape) { place in
                x[0][
                    (0..<rank).map {
                        let index = place[$0] - pads[$0]
                        return isEdge ? min(max(index, 0), x[0].shape[$0] - 1) : index
                    }]
            }
        case "Softmax":
            try #require(node.integers["axis"] == [1])
            let powers = x[0].map { exp($0) }
            return NumberArray(shape: x[0].shape) { place in
                let sum = (0..<x[0].shape[1]).reduce(0.0) {
                    var other = place
                    other[1] = $1
                    return $0 + powers[other]
                }
                return powers[place] / sum
            }
        case "Resize":
            try #require(node.texts["mode"] == "linear" && x[2].values == [1, 1, 2, 2])
            try #require(node.texts["coordinate_transformation_mode"] == "half_pixel")
            return Self.doubled(x[0])
        default: throw Unknown(operation: node.operation)
        }
    }

    private static func broadcast(
        _ a: NumberArray, _ b: NumberArray, _ function: (Double, Double) -> Double
    ) -> NumberArray {
        let shape = zip(a.shape, b.shape).map { max($0, $1) }
        func element(_ array: NumberArray, _ place: [Int]) -> Double {
            array[zip(place, array.shape).map { $1 == 1 ? 0 : $0 }]
        }
        return NumberArray(shape: shape) { function(element(a, $0), element(b, $0)) }
    }

    private static func convolution(_ node: ONNXFile.Node, _ x: [NumberArray]) -> NumberArray {
        let (input, kernels) = (x[0], x[1])
        let pads = node.integers["pads"] ?? [0, 0, 0, 0]
        let strides = node.integers["strides"] ?? [1, 1]
        let (kh, kw) = (kernels.shape[2], kernels.shape[3])
        let height = (input.shape[2] + pads[0] + pads[2] - kh) / strides[0] + 1
        let width = (input.shape[3] + pads[1] + pads[3] - kw) / strides[1] + 1
        return NumberArray(shape: [input.shape[0], kernels.shape[0], height, width]) { place in
            var sum = x.count > 2 ? x[2].values[place[1]] : 0
            let top = place[2] * strides[0] - pads[0]
            let left = place[3] * strides[1] - pads[1]
            for c in 0..<kernels.shape[1] {
                for i in 0..<kh {
                    for j in 0..<kw {
                        sum +=
                            input[[place[0], c, top + i, left + j]] * kernels[[place[1], c, i, j]]
                    }
                }
            }
            return sum
        }
    }

    /// Windows that do not overlap: each output pixel is of one input pixel.
    private static func transposed(_ node: ONNXFile.Node, _ x: [NumberArray]) -> NumberArray {
        let (input, kernels) = (x[0], x[1])
        let strides = node.integers["strides"] ?? [1, 1]
        let shape = [
            input.shape[0], kernels.shape[1], input.shape[2] * strides[0],
            input.shape[3] * strides[1],
        ]
        return NumberArray(shape: shape) { place in
            let (i, j) = (place[2] % strides[0], place[3] % strides[1])
            return (0..<input.shape[1]).reduce(x.count > 2 ? x[2].values[place[1]] : 0) {
                $0 + input[[place[0], $1, place[2] / strides[0], place[3] / strides[1]]]
                    * kernels[[$1, place[1], i, j]]
            }
        }
    }

    private static func pool(
        _ node: ONNXFile.Node, _ input: NumberArray, _ function: ([Double]) -> Double
    ) throws -> NumberArray {
        try #require(
            node.integers["kernel_shape"] == [2, 2] && node.integers["strides"] == [2, 2])
        let shape = [input.shape[0], input.shape[1], input.shape[2] / 2, input.shape[3] / 2]
        return NumberArray(shape: shape) { place in
            function(
                [(0, 0), (0, 1), (1, 0), (1, 1)].map { i, j in
                    input[[place[0], place[1], 2 * place[2] + i, 2 * place[3] + j]]
                })
        }
    }

    private static func concatenation(_ parts: [NumberArray], axis: Int) -> NumberArray {
        var shape = parts[0].shape
        shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        return NumberArray(shape: shape) { place in
            var from = place
            for part in parts {
                if from[axis] < part.shape[axis] { return part[from] }
                from[axis] -= part.shape[axis]
            }
            return .nan
        }
    }

    /// The pixel y of the result has its center at (y + 0.5) / 2 - 0.5; beyond the edge it repeats.
    private static func doubled(_ input: NumberArray) -> NumberArray {
        func places(_ index: Int, _ side: Int) -> (low: Int, high: Int, share: Double) {
            let x = min(max((Double(index) + 0.5) / 2 - 0.5, 0), Double(side - 1))
            let low = Int(x)
            return (low, min(low + 1, side - 1), x - Double(low))
        }
        let (height, width) = (input.shape[2], input.shape[3])
        return NumberArray(shape: [input.shape[0], input.shape[1], 2 * height, 2 * width]) {
            place in
            let (row, column) = (places(place[2], height), places(place[3], width))
            func along(_ y: Int) -> Double {
                input[[place[0], place[1], y, column.low]] * (1 - column.share)
                    + input[[place[0], place[1], y, column.high]] * column.share
            }
            return along(row.low) * (1 - row.share) + along(row.high) * row.share
        }
    }
}
