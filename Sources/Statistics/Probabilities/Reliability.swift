/// How often what was said with a probability came true: the counts of a reliability diagram.
///
/// Probabilities fall into bins of equal width, each without its lower end, the first with 0. Bins of
/// several images or runs add up.
public struct Reliability: Sendable, Hashable {
    /// One bin.
    public struct Bin: Sendable, Hashable {
        /// How many predictions.
        public var count = 0
        /// How many of them came true.
        public var hits = 0
        /// Sum of their probabilities.
        public var sum = 0.0

        /// Mean probability; nil without predictions.
        public var probability: Double? { count > 0 ? sum / Double(count) : nil }
        /// Share that came true; nil without predictions.
        public var frequency: Double? { count > 0 ? Double(hits) / Double(count) : nil }
    }

    /// The bins in rising order.
    public private(set) var bins: [Bin]

    /// Starts empty.
    public init(bins: Int = 10) {
        precondition(bins > 0)
        self.bins = Array(repeating: Bin(), count: bins)
    }

    /// The bins of predictions, each with whether it came true.
    public init(_ probabilities: [Double], hits: [Bool], bins: Int = 10) {
        self.init(bins: bins)
        for (probability, hit) in zip(probabilities, hits) { add(probability, hit: hit) }
    }

    /// Adds one prediction; one that is not between 0 and 1 goes into the nearest bin, NaN into none.
    public mutating func add(_ probability: Double, hit: Bool) {
        guard !probability.isNaN else { return }
        let place = (min(max(probability, 0), 1) * Double(bins.count)).rounded(.up)
        let index = max(0, Int(place) - 1)
        bins[index].count += 1
        bins[index].hits += hit ? 1 : 0
        bins[index].sum += probability
    }

    /// Adds the predictions of another diagram with as many bins.
    public static func += (left: inout Reliability, right: Reliability) {
        precondition(left.bins.count == right.bins.count)
        for (index, bin) in right.bins.enumerated() {
            left.bins[index].count += bin.count
            left.bins[index].hits += bin.hits
            left.bins[index].sum += bin.sum
        }
    }

    /// All predictions.
    public var count: Int { bins.reduce(0) { $0 + $1.count } }

    /// Expected calibration error, Σ_b n_b / n · |frequency_b − probability_b| (Naeini 2015, Guo
    /// 2017); nil without predictions.
    public var expectedError: Double? {
        let total = count
        guard total > 0 else { return nil }
        return bins.reduce(0) { $0 + abs(Double($1.hits) - $1.sum) } / Double(total)
    }
}
