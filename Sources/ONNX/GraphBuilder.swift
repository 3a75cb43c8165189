internal import TensorCore

/// Puts a graph together: names its values and constants, and turns weights the way round that ONNX
/// has them.
struct GraphBuilder {
    /// The graph so far.
    private(set) var graph = ONNXGraph()
    private var values: [ObjectIdentifier: String] = [:]
    private var constants: [ConstantKey: String] = [:]
    /// Taken names; those of inputs and outputs from the start, as is none at all, which means no input.
    private var names: Set = [ONNXGraph.image, ONNXGraph.probabilities, ONNXGraph.classes, ""]

    /// A parameter or tensor, and the order of its axes; the same one in the same order is one constant.
    private struct ConstantKey: Hashable {
        let owner: ObjectIdentifier
        let axes: [Int]
    }

    // MARK: Values

    /// Makes a variable known under a name.
    mutating func give(_ name: String, to variable: Variable) {
        values[ObjectIdentifier(variable)] = name
    }

    /// The name of a variable that `operation` reads.
    func name(of variable: Variable, for operation: String) throws(ONNXError) -> String {
        guard let name = values[ObjectIdentifier(variable)] else {
            throw .unknownValue(operation: operation, shape: variable.shape.description)
        }
        return name
    }

    /// `name`, or with a number behind it where that is taken.
    private mutating func unique(_ name: String) -> String {
        var result = name
        var number = 2
        while !names.insert(result).inserted {
            result = "\(name)_\(number)"
            number += 1
        }
        return result
    }

    // MARK: Nodes

    /// Appends a node.
    ///
    /// - Parameter output: the wished name of what it makes.
    /// - Returns: its name.
    mutating func node(
        _ operation: String, _ inputs: [String], to output: String,
        _ attributes: KeyValuePairs<String, ONNXGraph.Attribute.Value> = [:]
    ) -> String {
        let name = unique(output)
        append(operation, inputs, to: name, attributes)
        return name
    }

    private mutating func append(
        _ operation: String, _ inputs: [String], to output: String,
        _ attributes: KeyValuePairs<String, ONNXGraph.Attribute.Value> = [:]
    ) {
        graph.nodes.append(
            ONNXGraph.Node(
                operation: operation, inputs: inputs, output: output,
                attributes: attributes.map { ONNXGraph.Attribute(name: $0.key, value: $0.value) }))
    }

    // MARK: Constants

    /// A parameter as a constant.
    ///
    /// - Parameter axes: where each extent of the constant is in the parameter; nil as it is.
    /// - Returns: its name: the parameter's.
    mutating func constant(_ parameter: Parameter, axes: [Int]? = nil) -> String {
        let order = axes ?? Array(0..<parameter.value.shape.rank)
        let key = ConstantKey(owner: ObjectIdentifier(parameter), axes: order)
        if let known = constants[key] { return known }
        let name = tensor(parameter.value, named: parameter.name, axes: order)
        constants[key] = name
        return name
    }

    /// A tensor as a constant.
    ///
    /// - Returns: its name: the wished one, or with a number where another has that.
    mutating func tensor(_ tensor: Tensor, named wished: String, axes: [Int]? = nil) -> String {
        let order = axes ?? Array(0..<tensor.shape.rank)
        let name = unique(wished)
        graph.constants.append(
            ONNXGraph.Constant(
                name: name, shape: order.map { tensor.shape[$0] },
                content: .floats(tensor.values(inOrder: order))))
        return name
    }

    /// Whole numbers that an operator reads as an input.
    mutating func integers(_ numbers: [Int], named wished: String) -> String {
        let name = unique(wished)
        graph.constants.append(
            ONNXGraph.Constant(
                name: name, shape: [numbers.count], content: .integers(numbers.map(Int64.init))))
        return name
    }

    /// Floats that an operator reads as an input.
    mutating func floats(_ numbers: [Float], named wished: String) -> String {
        let name = unique(wished)
        graph.constants.append(
            ONNXGraph.Constant(name: name, shape: [numbers.count], content: .floats(numbers)))
        return name
    }

    // MARK: Ends

    /// Declares the input, once, and an output.
    mutating func end(with output: ONNXOutput, of image: Variable) throws(ONNXError) {
        let extents: [ONNXGraph.Extent] = [
            .any("batch"), .fixed(image.shape.channels), .any("height"), .any("width"),
        ]
        if graph.inputs.isEmpty {
            graph.inputs = [
                ONNXGraph.Value(
                    name: ONNXGraph.image, extents: extents,
                    documentation: "images, reduced and normalised as the metadata says")
            ]
        }
        switch output {
        case .probabilities(let map):
            let expected = Array(image.shape.dimensions.dropLast())
            guard Array(map.shape.dimensions.dropLast()) == expected else {
                throw .wrongExtents(
                    output: ONNXGraph.probabilities, shape: map.shape.description,
                    expected: Shape(expected + [map.shape.channels]).description)
            }
            let name = try name(of: map, for: ONNXGraph.probabilities)
            append("Identity", [name], to: ONNXGraph.probabilities)
            graph.outputs.append(
                ONNXGraph.Value(
                    name: ONNXGraph.probabilities,
                    extents: [extents[0], .fixed(map.shape.channels)] + extents[2...],
                    documentation: "probability of each structure at each pixel"))
        case .classes(let logits, let count):
            let all = try name(of: logits, for: ONNXGraph.classes)
            let own = slice(all, 0..<count, to: "classes_logits")
            append("Softmax", [own], to: ONNXGraph.classes, ["axis": .integer(1)])
            graph.outputs.append(
                ONNXGraph.Value(
                    name: ONNXGraph.classes, extents: [extents[0], .fixed(count)],
                    documentation: "probability of each class"))
        }
    }

    /// Some of the channels of a value (axis 1).
    mutating func slice(_ value: String, _ range: Range<Int>, to output: String) -> String {
        let starts = integers([range.lowerBound], named: output + "_start")
        let ends = integers([range.upperBound], named: output + "_end")
        let axes = integers([1], named: output + "_axis")
        return node("Slice", [value, starts, ends, axes], to: output)
    }
}

extension Tensor {
    /// The elements with the extents in another order, the last of that fastest.
    fileprivate func values(inOrder axes: [Int]) -> [Float] {
        let all = values
        var strides = [Int](repeating: 1, count: shape.rank)
        for axis in stride(from: shape.rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        var places = [0]
        for axis in axes {
            places = places.flatMap { place in
                (0..<shape[axis]).map { place + $0 * strides[axis] }
            }
        }
        return places.map { all[$0] }
    }
}
