internal import TensorCore

// Each operation of the tape in operators of ONNX. Maps `[N, H, W, C]` are `[N, C, H, W]` there, so
// channels are axis 1, as the features of `[N, C]` are.

extension GraphBuilder {
    /// Translates an operation.
    ///
    /// - Parameter number: of the operation in the graph, from 1; part of the names of its values.
    mutating func add(_ step: TracedOperation, number: Int) throws(ONNXError) {
        let word = step.operation.word
        var inputs: [String] = []
        for input in step.inputs { inputs.append(try name(of: input, for: word)) }
        let result = try translate(step, inputs, to: "\(word)_\(number)")
        give(result, to: step.output)
    }

    /// The nodes of an operation; no default, so that a new one has to be translated.
    private mutating func translate(
        _ step: TracedOperation, _ inputs: [String], to output: String
    ) throws(ONNXError) -> String {
        let first = inputs[0]
        switch step.operation {
        case .convolution(let weight, let bias, let stride):
            return convolution(inputs, weight, bias, stride: stride, to: output)
        case .transposedConvolution(let weight, let bias):
            let kernels = constant(weight, axes: [3, 2, 0, 1])
            let terms = bias.map { [constant($0)] } ?? []
            return node("ConvTranspose", [first, kernels] + terms, to: output, Self.windows)
        case .batchNorm(let state, let slope):
            return batchNorm(first, state, slope: slope, to: output)
        case .activation(let slope): return activation(first, slope: slope, to: output)
        case .sigmoid: return node("Sigmoid", [first], to: output)
        case .softmaxWithBackground:
            return softmax(first, channels: step.output.shape.channels, to: output)
        case .add: return node("Add", inputs, to: output)
        case .gate: return node("Mul", inputs, to: output)
        case .masked:
            return masked(
                first, by: inputs[1], masks: step.inputs[1].shape.channels, to: output)
        case .product(let factor):
            throw .fixedExtents(
                operation: step.operation.word, shape: factor.shape.description)
        // A trace is of evaluation.
        case .dropout: return node("Identity", [first], to: output)
        case .dense(let weight, let bias):
            return node(
                "Gemm", [first, constant(weight), constant(bias)], to: output,
                ["transB": .integer(1)])
        case .maxPool2: return node("MaxPool", [first], to: output, Self.windows)
        case .averagePool2: return node("AveragePool", [first], to: output, Self.windows)
        case .globalAveragePool:
            let means = node("GlobalAveragePool", [first], to: output + "_map")
            return node("Flatten", [means], to: output, ["axis": .integer(1)])
        case .bilinear2: return bilinear(first, to: output)
        case .padding(let step): return padding(first, step: step, to: output)
        case .cropping(let stride):
            return cropping(first, to: inputs[1], stride: stride, as: output)
        case .concatenateBatches:
            return node("Concat", inputs, to: output, ["axis": .integer(0)])
        }
    }

    /// Windows of 2×2 pixels that do not overlap.
    private static var windows: KeyValuePairs<String, ONNXGraph.Attribute.Value> {
        ["kernel_shape": .integers([2, 2]), "strides": .integers([2, 2])]
    }

    private mutating func convolution(
        _ inputs: [String], _ weight: Parameter, _ bias: Parameter?, stride: Int, to output: String
    ) -> String {
        let kernel = weight.value.shape[1]
        let padding = (kernel - 1) / 2
        let map =
            inputs.count == 1
            ? inputs[0]
            : node("Concat", inputs, to: output + "_inputs", ["axis": .integer(1)])
        let kernels = constant(weight, axes: [0, 3, 1, 2])
        let terms = bias.map { [constant($0)] } ?? []
        return node(
            "Conv", [map, kernels] + terms, to: output,
            [
                "kernel_shape": .integers([kernel, kernel]),
                "pads": .integers([padding, padding, padding, padding]),
                "strides": .integers([stride, stride]),
            ])
    }

    private mutating func batchNorm(
        _ input: String, _ state: BatchNormState, slope: Float, to output: String
    ) -> String {
        let name = state.weight.name
        let layer = name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
        let statistics = [
            tensor(state.runningMean, named: layer + ".running_mean"),
            tensor(state.runningVariance, named: layer + ".running_var"),
        ]
        let parameters = [constant(state.weight), constant(state.bias)]
        let normalised = node(
            "BatchNormalization", [input] + parameters + statistics,
            to: slope == 1 ? output : output + "_normalised",
            ["epsilon": .float(Float(state.epsilon))])
        return slope == 1 ? normalised : activation(normalised, slope: slope, to: output)
    }

    private mutating func activation(_ input: String, slope: Float, to output: String) -> String {
        slope == 0
            ? node("Relu", [input], to: output)
            : node("LeakyRelu", [input], to: output, ["alpha": .float(slope)])
    }

    /// A softmax over one channel more, whose logits are 0, and all channels but that.
    private mutating func softmax(_ input: String, channels: Int, to output: String) -> String {
        let zeros = integers([0, 0, 0, 0, 0, 1, 0, 0], named: output + "_padding")
        let logits = node("Pad", [input, zeros], to: output + "_logits")
        let all = node("Softmax", [logits], to: output + "_all", ["axis": .integer(1)])
        return slice(all, 0..<channels, to: output)
    }

    /// Images through each mask; the graph has one product a mask.
    private mutating func masked(
        _ images: String, by masks: String, masks count: Int, to output: String
    ) -> String {
        let seen = (0..<count).map { index in
            let mask = slice(masks, index..<index + 1, to: "\(output)_mask\(index + 1)")
            return node("Mul", [images, mask], to: "\(output)_seen\(index + 1)")
        }
        return node("Concat", seen, to: output, ["axis": .integer(1)])
    }

    /// As many rows and columns as are missing to the next multiples: `-H mod step`, which is not negative
    /// in ONNX.
    private mutating func padding(_ input: String, step: Int, to output: String) -> String {
        let sides = node("Shape", [input], to: output + "_sides", ["start": .integer(2)])
        let negative = node("Neg", [sides], to: output + "_negative")
        let multiple = integers([step], named: output + "_multiple")
        let missing = node("Mod", [negative, multiple], to: output + "_missing")
        let others = integers([0, 0, 0, 0, 0, 0], named: output + "_others")
        let pads = node(
            "Concat", [others, missing], to: output + "_pads", ["axis": .integer(0)])
        return node("Pad", [input, pads], to: output, ["mode": .text("edge")])
    }

    /// The first rows and columns, as many as the image has at every `stride`th of its own.
    private mutating func cropping(
        _ input: String, to image: String, stride: Int, as output: String
    ) -> String {
        var sides = node("Shape", [image], to: output + "_sides", ["start": .integer(2)])
        if stride > 1 {
            let rest = integers([stride - 1], named: output + "_rest")
            let step = integers([stride], named: output + "_stride")
            sides = node("Add", [sides, rest], to: output + "_above")
            sides = node("Div", [sides, step], to: output + "_reduced")
        }
        let starts = integers([0, 0], named: output + "_start")
        let axes = integers([2, 3], named: output + "_axes")
        return node("Slice", [input, starts, sides, axes], to: output)
    }

    private mutating func bilinear(_ input: String, to output: String) -> String {
        // The second input, a region, is not used.
        let scales = floats([1, 1, 2, 2], named: output + "_scales")
        return node(
            "Resize", [input, "", scales], to: output,
            [
                "coordinate_transformation_mode": .text("half_pixel"), "mode": .text("linear"),
            ])
    }
}

extension TapeOperation {
    /// Its name in the graph's names of values, and in errors.
    fileprivate var word: String {
        switch self {
        case .convolution: "convolution"
        case .transposedConvolution: "transposed"
        case .batchNorm: "norm"
        case .activation: "activation"
        case .sigmoid: "sigmoid"
        case .softmaxWithBackground: "softmax"
        case .add: "sum"
        case .gate: "gate"
        case .masked: "masked"
        case .product: "product"
        case .dropout: "dropout"
        case .dense: "dense"
        case .maxPool2: "maximum"
        case .averagePool2: "average"
        case .globalAveragePool: "mean"
        case .bilinear2: "bilinear"
        case .padding: "padding"
        case .cropping: "cropping"
        case .concatenateBatches: "batches"
        }
    }
}
