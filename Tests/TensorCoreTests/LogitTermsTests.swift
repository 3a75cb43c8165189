import Foundation
import TensorCore
import Testing

struct LogitTermsTests {
    private let context = ComputeContext(threads: 1)
    private let logits: [Float] = [0.3, -1.2, 2.5, 0.1, -0.4, 0.9, -2, 1.5, 0, 0.7, 0.2, -0.6]

    private func value(
        _ logits: [Float], _ body: (inout LogitTerms) -> Double
    ) -> (value: Double, gradient: [Float]) {
        var terms = LogitTerms(Tensor(logits, shape: Shape(3, 4), in: context))
        let value = body(&terms)
        return (value, terms.gradient(in: context).values)
    }

    private func check(weight: Double, _ body: (inout LogitTerms) -> Double) {
        let gradient = value(logits, body).gradient
        for index in logits.indices {
            var (high, low) = (logits, logits)
            high[index] += 0x1p-7
            low[index] -= 0x1p-7
            let numeric =
                weight * (value(high, body).value - value(low, body).value)
                / Double(high[index] - low[index])
            #expect(abs(numeric - Double(gradient[index])) < 1e-5)
        }
    }

    @Test func gradientsEqualCentralDifferences() {
        check(weight: 0.7) { $0.crossEntropy([1, nil, 0], over: 0..<3, weight: 0.7) }
        check(weight: 2) { $0.crossEntropy([1, 0], over: 1..<3, from: 1, weight: 2) }
        check(weight: 0.5) { $0.real(0..<3, weight: 0.5) }
        check(weight: 1) { $0.real(1..<2) }
        check(weight: 3) { $0.fake(0..<2, weight: 3) }
    }

    @Test func valuesEqualTheirDefinitions() {
        let softmax = (0..<3).map { row -> [Double] in
            let exponentials = logits[row * 4..<row * 4 + 4].map { exp(Double($0)) }
            return exponentials.map { $0 / exponentials.reduce(0, +) }
        }
        let real = value(logits) { $0.real(0..<3) }.value
        let expectedReal = softmax.reduce(0) { $0 - log(1 - $1[3]) } / 3
        #expect(abs(real - expectedReal) < 1e-12)
        let fake = value(logits) { $0.fake(0..<3) }.value
        let expectedFake = softmax.reduce(0) { $0 - log($1[3]) } / 3
        #expect(abs(fake - expectedFake) < 1e-12)
        let entropy = value(logits) { $0.crossEntropy([2, 2, 1], over: 0..<3) }.value
        let expected =
            zip(softmax, [2, 2, 1]).reduce(0) { $0 - log($1.0[$1.1] / (1 - $1.0[3])) } / 3
        #expect(abs(entropy - expected) < 1e-12)
    }

    @Test func extremeLogitsStayFinite() {
        let extreme: [Float] = [1e4, -1e4, 0, 1e4, -1e4, -1e4, -1e4, 1e4, 0, 0, 0, -1e4]
        let result = value(extreme) {
            $0.real(0..<3) + $0.fake(0..<3) + $0.crossEntropy([0, 1, 2], over: 0..<3)
        }
        #expect(result.value.isFinite)
        let finite = result.gradient.allSatisfy(\.isFinite)
        #expect(finite)
        #expect(value([.nan] + extreme.dropFirst()) { $0.real(0..<3) }.value.isNaN)
    }

    @Test func nothingToAverageIsZero() {
        let result = value(logits) {
            $0.real(2..<2) + $0.fake(0..<0) + $0.crossEntropy([nil, nil], over: 0..<3)
        }
        #expect(result.value == 0)
        #expect(result.gradient == Array(repeating: 0, count: 12))
    }
}
