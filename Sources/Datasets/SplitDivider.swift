import Domain
import TensorCore
import Wording

/// Draws the three parts of a division.
struct SplitDivider {
    let examples: [Example]
    let stratified: Bool
    var random: RandomSource
    /// How much is tested and validates.
    var shares = SplitShares.standard
    /// The site of which every image is tested, or left out.
    var testedSite: String?

    /// The parts, before labels are chosen.
    struct Parts {
        var train: [Int]
        var validation: [Int]
        var test: [Int]

        /// The first part without any example, nil when all have one.
        var firstEmpty: SplitPart? {
            if train.isEmpty { return .train }
            if validation.isEmpty { return .validation }
            return test.isEmpty ? .test : nil
        }
    }

    /// Divides `indices` at random by the shares.
    mutating func drawn(_ indices: [Int]) -> Parts {
        let (test, rest) = take(shares.tested(of: indices.count), of: indices)
        let validationCount = shares.validating(of: indices.count, rest: rest.count)
        let (validation, train) = take(validationCount, of: rest)
        return Parts(train: train, validation: validation, test: test)
    }

    /// Divides as the examples' table says; what it leaves open trains, and a missing validation
    /// part is drawn from the training part.
    mutating func assigned(_ indices: [Int]) -> Parts {
        let test = indices.filter { examples[$0].assignedSplit == .test }
        let validation = indices.filter { examples[$0].assignedSplit == .validation }
        let rest = indices.filter {
            examples[$0].assignedSplit == .train || examples[$0].assignedSplit == nil
        }
        if !validation.isEmpty { return Parts(train: rest, validation: validation, test: test) }
        let drawn = take(Int((Double(rest.count) * 0.1).rounded(.up)), of: rest)
        return Parts(train: drawn.rest, validation: drawn.taken, test: test)
    }

    /// True when an example without a mask may train: its patient is in no other part, and it is not
    /// of the site that is tested.
    func mayTrain(_ index: Int, _ parts: Parts) -> Bool {
        if let part = examples[index].assignedSplit { return part == .train }
        if let testedSite, examples[index].site == testedSite { return false }
        guard let patient = patients[index] else { return true }
        return !(parts.validation + parts.test).contains { patients[$0] == patient }
    }

    /// Takes about `count` of `indices` (exactly as many when every patient has one image), and
    /// never a patient in part.
    mutating func take(_ count: Int, of indices: [Int]) -> (taken: [Int], rest: [Int]) {
        var strata: [[[Int]]] = []
        for stratum in stratumKeys(indices) {
            var groups = groups(of: indices.filter { key($0) == stratum })
            random.shuffle(&groups)
            strata.append(groups)
        }
        let sizes = strata.map { $0.reduce(0) { $0 + $1.count } }
        let quotas = Self.shares(of: count, sizes: sizes)
        var taken: Set<Int> = []
        for (groups, quota) in zip(strata, quotas) {
            var filled = 0
            for group in groups where 2 * filled + group.count <= 2 * quota {
                taken.formUnion(group)
                filled += group.count
            }
        }
        return (indices.filter { taken.contains($0) }, indices.filter { !taken.contains($0) })
    }

    /// Divides `count` in proportion to `sizes` by largest remainder; earlier strata win ties.
    static func shares(of count: Int, sizes: [Int]) -> [Int] {
        let total = sizes.reduce(0, +)
        guard total > 0 else { return sizes.map { _ in 0 } }
        var shares = sizes.map { $0 * count / total }
        let byRemainder = sizes.indices.sorted {
            let a = sizes[$0] * count % total
            let b = sizes[$1] * count % total
            return a != b ? a > b : $0 < $1
        }
        for index in byRemainder.prefix(count - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }

    /// The class that an example is stratified by; a patient counts as its first image does.
    func key(_ index: Int) -> Int {
        guard stratified else { return -1 }
        let first = patients[index].flatMap { firstOfPatient[$0] } ?? index
        return examples[first].classIndex ?? -1
    }

    func stratumKeys(_ indices: [Int]) -> [Int] { Set(indices.map(key)).sorted() }

    /// The indices by patient; an example without a patient stands alone.
    func groups(of indices: [Int]) -> [[Int]] {
        var groups: [[Int]] = []
        var place: [String: Int] = [:]
        for index in indices {
            if let patient = patients[index], let known = place[patient] {
                groups[known].append(index)
            } else {
                if let patient = patients[index] { place[patient] = groups.count }
                groups.append([index])
            }
        }
        return groups
    }

    /// The patients by what their names have in common however they are written: names that are
    /// probably one patient's never stand in two parts.
    private let patients: [String?]
    private let firstOfPatient: [String: Int]

    init(examples: [Example], stratified: Bool, random: RandomSource) {
        self.examples = examples
        self.stratified = stratified
        self.random = random
        patients = examples.map { $0.patient.map(NameKey.of) }
        var first: [String: Int] = [:]
        for (index, patient) in patients.enumerated() {
            if let patient, first[patient] == nil { first[patient] = index }
        }
        firstOfPatient = first
    }
}
