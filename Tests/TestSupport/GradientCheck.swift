public import TensorCore
public import Testing

/// Compares an operation with its float64 oracle: the value, and the gradient of every input and
/// parameter against central differences of the oracle, on every CPU level. Of a large argument,
/// 32 elements drawn by a fixed seed are differentiated.
///
/// The loss is a fixed random weighting of the output, so that no gradient cancels by symmetry.
/// Errors are relative to the norm of the expected array.
///
/// - Parameters:
///   - inputs, parameters: the operation's arguments.
///   - step: of the central differences; the oracle is float64, so 1e-5 loses nothing.
///   - oracle: gets inputs and parameters in this order.
public func checkOperation(
    inputs: [DoubleTensor], parameters: [DoubleTensor] = [], step: Double = 1e-5,
    forwardTolerance: Double = 1e-5, gradientTolerance: Double = 3e-5, training: Bool = true,
    recomputes: Bool = false,
    oracle: ([DoubleTensor], [DoubleTensor]) -> DoubleTensor,
    operation: (Tape, [Variable], [Parameter]) -> Variable,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    var random = RandomSource(seed: 77)
    let expected = oracle(inputs, parameters)
    let weights = DoubleTensor(random: expected.shape, using: &random)
    let gradients = centralDifferences(
        inputs + parameters, step: step, weights: weights,
        oracle: { oracle(Array($0.prefix(inputs.count)), Array($0.dropFirst(inputs.count))) })

    for cpu in CPULevel.allCases {
        let context = ComputeContext(threads: cpu == .portable ? 1 : 3, cpu: cpu)
        guard context.cpu == cpu else { continue }  // this machine cannot run it
        let tape = Tape(
            context: context, training: training, random: RandomSource(seed: 5), recording: true,
            recomputes: recomputes)
        let variables = inputs.map { tape.input($0.tensor(in: context)) }
        let trained = parameters.enumerated().map {
            Parameter("parameter\($0)", $1.tensor(in: context), in: context)
        }
        let result = operation(tape, variables, trained)
        expectClose(
            DoubleTensor(result.value), expected, tolerance: forwardTolerance,
            "value, \(context.cpu)", sourceLocation)
        tape.seed(result, gradient: weights.tensor(in: context))
        tape.backward()
        let actual = variables.map { $0.gradient } + trained.map { Optional($0.gradient) }
        for (index, pair) in zip(actual, gradients).enumerated() {
            guard let gradient = pair.0 else {
                Issue.record("no gradient for argument \(index)", sourceLocation: sourceLocation)
                continue
            }
            let values = DoubleTensor(gradient).values
            #expect(gradient.shape == (inputs + parameters)[index].shape)
            expectClose(
                DoubleTensor(pair.1.indices.map { values[$0] }), DoubleTensor(pair.1.slopes),
                tolerance: gradientTolerance,
                "gradient of argument \(index), \(context.cpu)", sourceLocation)
        }
    }
}

/// Expects two arrays of the same shape whose distance is at most `tolerance` of the expected norm.
public func expectClose(
    _ actual: DoubleTensor, _ expected: DoubleTensor, tolerance: Double, _ what: String = "value",
    _ sourceLocation: SourceLocation = #_sourceLocation
) {
    guard actual.shape == expected.shape else {
        Issue.record(
            "\(what): shape \(actual.shape), expected \(expected.shape)",
            sourceLocation: sourceLocation)
        return
    }
    var difference = 0.0
    var norm = 0.0
    for (a, e) in zip(actual.values, expected.values) {
        difference += (a - e) * (a - e)
        norm += e * e
    }
    let error = difference.squareRoot() / max(norm.squareRoot(), 1e-12)
    #expect(
        error <= tolerance, "\(what): relative error \(error) > \(tolerance)",
        sourceLocation: sourceLocation)
}

/// d(loss)/d(element) for some elements of one argument.
private struct Slopes {
    let indices: [Int]
    let slopes: [Double]
}

private func centralDifferences(
    _ arguments: [DoubleTensor], step: Double, weights: DoubleTensor,
    oracle: ([DoubleTensor]) -> DoubleTensor
) -> [Slopes] {
    func loss(_ arguments: [DoubleTensor]) -> Double {
        zip(oracle(arguments).values, weights.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var random = RandomSource(seed: 13)
    var arguments = arguments
    return arguments.indices.map { index in
        var indices = Array(arguments[index].values.indices)
        random.shuffle(&indices)
        indices = Array(indices.prefix(32))
        let slopes = indices.map { i in
            let original = arguments[index].values[i]
            arguments[index].values[i] = original + step
            let above = loss(arguments)
            arguments[index].values[i] = original - step
            let below = loss(arguments)
            arguments[index].values[i] = original
            return (above - below) / (2 * step)
        }
        return Slopes(indices: indices, slopes: slopes)
    }
}
