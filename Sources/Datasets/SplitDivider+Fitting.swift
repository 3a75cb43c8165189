import TensorCore

/// Division where patients with many images do not fit into the parts in the order drawn.
extension SplitDivider {
    /// As `drawn`, the patients that fit best being taken; a part may then be larger or smaller than
    /// its share. One part at least stays empty only where there are fewer than three patients.
    mutating func fitting(_ indices: [Int]) -> Parts {
        let testCount = shares.tested(of: indices.count)
        let (test, rest) = takeFitting(testCount, of: indices, leaving: 2)
        let validationCount = shares.validating(of: indices.count, rest: rest.count)
        let (validation, train) = takeFitting(validationCount, of: rest, leaving: 1)
        return Parts(train: train, validation: validation, test: test)
    }

    /// As `assigned`, the validation part being drawn from the patients that fit best.
    mutating func assignedFitting(_ indices: [Int]) -> Parts {
        var parts = assigned(indices)
        guard parts.validation.isEmpty else { return parts }
        let count = Int((Double(parts.train.count) * 0.1).rounded(.up))
        (parts.validation, parts.train) = takeFitting(count, of: parts.train, leaving: 1)
        return parts
    }

    /// Why a part stays empty, behind a comma; empty where nothing is known.
    func shortage(of indices: [Int], isAssigned: Bool) -> String {
        if isAssigned { return ": the table puts no image with a mask there" }
        let count = groups(of: indices).count
        guard count < 3 else { return "" }
        return ": its \(indices.count) images with a mask are of \(count) "
            + "patient\(count == 1 ? "" : "s"), expected at least 3, one for each part"
    }

    /// Takes patients of about `count` images, at least one, and leaves `least` patients; the last
    /// patient of a class stays where another fits as well.
    mutating func takeFitting(
        _ count: Int, of indices: [Int], leaving least: Int
    ) -> (taken: [Int], rest: [Int]) {
        var open = groups(of: indices)
        random.shuffle(&open)
        var taken: Set<Int> = []
        while open.count > least {
            // The first of the best: the order is the seed's.
            let best = open.indices.min {
                rank(open[$0], of: open, taken.count, count)
                    < rank(open[$1], of: open, taken.count, count)
            }
            guard let best else { break }
            let miss = abs(count - taken.count - open[best].count)
            guard taken.isEmpty || miss < abs(count - taken.count) else { break }
            taken.formUnion(open.remove(at: best))
        }
        return (indices.filter { taken.contains($0) }, indices.filter { !taken.contains($0) })
    }

    /// The smaller the better: how far the patient misses the number wanted, then whether its class
    /// would be left without a patient, then how few of its class are left.
    private func rank(
        _ group: [Int], of open: [[Int]], _ filled: Int, _ count: Int
    ) -> (Int, Int, Int) {
        let peers = open.count { key($0[0]) == key(group[0]) }
        return (abs(count - filled - group.count), peers == 1 ? 1 : 0, -peers)
    }
}
