internal import Foundation

/// Loss terms over logits `[N, L]`, whose last column may be the "prediction" class of a
/// discriminator, and the sum of their gradients.
///
/// Each term is a mean over some rows; it returns its unweighted value and adds `weight` times its
/// gradient. Probabilities are softmaxes, in `Double`, through logarithms of sums of exponentials.
public struct LogitTerms {
    private let rows: Int
    private let columns: Int
    private let logits: [Double]
    private var gradients: [Double]

    /// No terms yet over `logits`, `[N, L]`.
    public init(_ logits: Tensor) {
        rows = logits.shape[0]
        columns = logits.shape[1]
        self.logits = logits.values.map(Double.init)
        gradients = Array(repeating: 0, count: rows * columns)
    }

    /// d(sum of weighted terms)/d(logits), `[N, L]`.
    public func gradient(in context: ComputeContext) -> Tensor {
        Tensor(gradients.map { Float($0) }, shape: Shape(rows, columns), in: context)
    }

    /// -mean log p(target) with the softmax over `classes` alone; `targets[i]`, counted from the
    /// start of `classes`, belongs to row `first + i`, and rows without a target do not count.
    public mutating func crossEntropy(
        _ targets: [Int?], over classes: Range<Int>, from first: Int = 0, weight: Double = 1
    ) -> Double {
        let count = targets.count { $0 != nil }
        guard count > 0 else { return 0 }
        var sum = 0.0
        for (offset, target) in targets.enumerated() {
            guard let target else { continue }
            let row = first + offset
            let total = logSum(row, classes)
            sum += total - logits[row * columns + classes.lowerBound + target]
            add(row, classes, total, weight / Double(count))
            gradients[row * columns + classes.lowerBound + target] -= weight / Double(count)
        }
        return sum / Double(count)
    }

    /// -mean log(1 - p(last)): the pair counts as real (P1 Eq. 5 and 7).
    public mutating func real(_ part: Range<Int>, weight: Double = 1) -> Double {
        guard !part.isEmpty else { return 0 }
        let share = weight / Double(part.count)
        var sum = 0.0
        for row in part {
            let all = logSum(row, 0..<columns)
            let others = logSum(row, 0..<columns - 1)
            sum += all - others
            add(row, 0..<columns, all, share)
            add(row, 0..<columns - 1, others, -share)
        }
        return sum / Double(part.count)
    }

    /// -mean log p(last): the pair counts as predicted (P1 Eq. 8).
    public mutating func fake(_ part: Range<Int>, weight: Double = 1) -> Double {
        guard !part.isEmpty else { return 0 }
        let share = weight / Double(part.count)
        var sum = 0.0
        for row in part {
            let all = logSum(row, 0..<columns)
            sum += all - logits[row * columns + columns - 1]
            add(row, 0..<columns, all, share)
            gradients[row * columns + columns - 1] -= share
        }
        return sum / Double(part.count)
    }

    /// Softmax over `classes` of every row.
    public func probabilities(over classes: Range<Int>) -> [[Double]] {
        (0..<rows).map { row in
            let total = logSum(row, classes)
            return classes.map { exp(logits[row * columns + $0] - total) }
        }
    }

    /// log sum exp over some columns of a row.
    private func logSum(_ row: Int, _ classes: Range<Int>) -> Double {
        let values = logits[row * columns + classes.lowerBound..<row * columns + classes.upperBound]
        let largest = values.max() ?? 0
        guard largest.isFinite else { return values.reduce(0, +) }
        return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
    }

    /// Adds `weight` times the softmax, the derivative of `logSum`.
    private mutating func add(
        _ row: Int, _ classes: Range<Int>, _ total: Double, _ weight: Double
    ) {
        for index in classes {
            gradients[row * columns + index] += weight * exp(logits[row * columns + index] - total)
        }
    }
}
