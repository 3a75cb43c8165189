/// Collects classified examples and reduces them to accuracy, class-wise figures and AUC.
public struct ClassificationEvaluation: Sendable {
    /// One classified example.
    public struct ImageResult: Sendable {
        /// The example's id.
        public let id: String
        /// Its class.
        public let target: Int
        /// The class with the highest probability; the lowest index among equals.
        public let prediction: Int
        /// Probability of each class.
        public let probabilities: [Double]
    }

    /// Names of the classes, in index order.
    public let classNames: [String]
    /// One result an example, in the order in which they were added.
    public private(set) var images: [ImageResult] = []
    /// Counts by target and predicted class.
    public private(set) var confusion: ConfusionMatrix

    /// Starts empty. `classNames` must not be.
    public init(classNames: [String]) {
        self.classNames = classNames
        self.confusion = ConfusionMatrix(classCount: classNames.count)
    }

    /// Adds one example with the probability (or any score) of each class.
    public mutating func update(target: Int, probabilities: [Double], id: String) {
        precondition(probabilities.count == classNames.count)
        var best = 0
        for index in probabilities.indices where probabilities[index] > probabilities[best] {
            best = index
        }
        images.append(
            ImageResult(id: id, target: target, prediction: best, probabilities: probabilities))
        confusion.update(target: target, prediction: best)
    }

    /// Every registered figure of the whole split that is defined; empty without examples.
    public var values: [String: Double] {
        guard !images.isEmpty else { return [:] }
        var result: [String: Double] = [:]
        for metric in ClassificationMetricRegistry.all {
            result[metric.name] = metric.measure(self)
        }
        return result
    }

    /// Every registered class-wise figure of one class that is defined; empty without examples.
    public func values(ofClass index: Int) -> [String: Double] {
        guard !images.isEmpty else { return [:] }
        var result: [String: Double] = [:]
        for metric in ClasswiseMetricRegistry.all {
            result[metric.name] = metric.measure(self, index)
        }
        return result
    }
}
