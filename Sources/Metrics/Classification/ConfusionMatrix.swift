/// Counts of examples by target class (rows) and predicted class (columns).
public struct ConfusionMatrix: Sendable, Hashable {
    /// Number of classes.
    public let classCount: Int
    /// `counts[target * classCount + prediction]`.
    public private(set) var counts: [Int]

    /// A matrix of zeros.
    public init(classCount: Int) {
        precondition(classCount > 0, "a confusion matrix needs a class")
        self.classCount = classCount
        self.counts = Array(repeating: 0, count: classCount * classCount)
    }

    /// Number of examples of class `target` that were given class `prediction`.
    public subscript(target: Int, prediction: Int) -> Int {
        counts[target * classCount + prediction]
    }

    /// Counts one example.
    public mutating func update(target: Int, prediction: Int) {
        precondition((0..<classCount).contains(target) && (0..<classCount).contains(prediction))
        counts[target * classCount + prediction] += 1
    }

    /// All examples.
    public var total: Int { counts.reduce(0, +) }

    /// One class against the others.
    public func counts(of index: Int) -> ConfusionCounts {
        let hits = self[index, index]
        let targets = (0..<classCount).reduce(0) { $0 + self[index, $1] }
        let predictions = (0..<classCount).reduce(0) { $0 + self[$1, index] }
        return ConfusionCounts(
            truePositives: hits, falsePositives: predictions - hits, falseNegatives: targets - hits,
            trueNegatives: total - targets - predictions + hits)
    }
}
