import Domain
import TensorCore

@testable import Datasets

/// The division as it was before patients with many images were fitted in: the oracle of the
/// divisions that stored results depend on.
struct SplitOracle {
    let examples: [Example]
    let stratified: Bool
    var random: RandomSource

    /// Train, validation and test, nil where one was empty.
    static func divide(
        _ examples: [Example], seed: UInt64, stratified: Bool
    ) -> (train: [Int], validation: [Int], test: [Int])? {
        var oracle = SplitOracle(
            examples: examples, stratified: stratified,
            random: RandomSource(seed: seed, stream: "split"))
        let masked = examples.indices.filter { examples[$0].hasMask }
        let isAssigned = masked.contains { examples[$0].assignedSplit != nil }
        let parts = isAssigned ? oracle.assigned(masked) : oracle.drawn(masked)
        return parts.train.isEmpty || parts.validation.isEmpty || parts.test.isEmpty ? nil : parts
    }

    private mutating func drawn(
        _ indices: [Int]
    ) -> (train: [Int], validation: [Int], test: [Int]) {
        let (test, rest) = take(Int((Double(indices.count) * 0.25).rounded(.up)), of: indices)
        let (validation, train) = take(Int((Double(rest.count) * 0.1).rounded(.up)), of: rest)
        return (train, validation, test)
    }

    private mutating func assigned(
        _ indices: [Int]
    ) -> (train: [Int], validation: [Int], test: [Int]) {
        func part(_ wanted: SplitPart) -> [Int] {
            indices.filter { (examples[$0].assignedSplit ?? .train) == wanted }
        }
        let (rest, validation, test) = (part(.train), part(.validation), part(.test))
        if !validation.isEmpty { return (rest, validation, test) }
        let drawn = take(Int((Double(rest.count) * 0.1).rounded(.up)), of: rest)
        return (drawn.rest, drawn.taken, test)
    }

    private mutating func take(_ count: Int, of indices: [Int]) -> (taken: [Int], rest: [Int]) {
        func key(_ index: Int) -> Int {
            guard stratified else { return -1 }
            let patient = examples[index].patient
            let first = patient == nil ? index : examples.firstIndex { $0.patient == patient }
            return examples[first ?? index].classIndex ?? -1
        }
        var strata: [[[Int]]] = []
        for stratum in Set(indices.map(key)).sorted() {
            var groups: [[Int]] = []
            var place: [String: Int] = [:]
            for index in indices where key(index) == stratum {
                if let patient = examples[index].patient, let known = place[patient] {
                    groups[known].append(index)
                } else {
                    if let patient = examples[index].patient { place[patient] = groups.count }
                    groups.append([index])
                }
            }
            random.shuffle(&groups)
            strata.append(groups)
        }
        let quotas = SplitDivider.shares(
            of: count, sizes: strata.map { $0.reduce(0) { $0 + $1.count } })
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
}
