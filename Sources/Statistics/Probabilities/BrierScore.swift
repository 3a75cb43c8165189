/// Mean squared distance of probabilities from what came true (Brier 1950).
public enum BrierScore {
    /// Of one event: the mean of (p − y)², y being 1 where it came true; nil without predictions.
    public static func of(_ probabilities: [Double], hits: [Bool]) -> Double? {
        guard !probabilities.isEmpty else { return nil }
        return zip(probabilities, hits).reduce(0.0) {
            let distance = $1.0 - ($1.1 ? 1 : 0)
            return $0 + distance * distance
        } / Double(probabilities.count)
    }

    /// Of several classes: the mean of Σ_k (p_k − y_k)². With two classes half of that, which is the
    /// score of either class as one event (as scikit-learn's `brier_score_loss`).
    ///
    /// - Parameters:
    ///   - probabilities: of each example, one a class.
    ///   - targets: of each example, the index of its class.
    public static func of(_ probabilities: [[Double]], targets: [Int]) -> Double? {
        guard let classes = probabilities.first?.count else { return nil }
        let sum = zip(probabilities, targets).reduce(0.0) { sum, example in
            example.0.enumerated().reduce(sum) {
                let distance = $1.element - ($1.offset == example.1 ? 1 : 0)
                return $0 + distance * distance
            }
        }
        return sum / Double(probabilities.count) / (classes == 2 ? 2 : 1)
    }
}
