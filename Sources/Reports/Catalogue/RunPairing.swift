internal import RunStore
internal import Statistics

/// Finds the networks of two rows that can be compared: those that share the chance behind them and
/// were tested on the same images.
struct RunPairing {
    private let runs: [RunID: ReportRun]
    private let values: RunGrid.Values
    /// Of each split, which of the different sets of training and of test images it has.
    private var sets: [Int64: (train: Int, test: Int)] = [:]
    private var trains: [Set<Int64>] = [], tests: [Set<Int64>] = []

    /// What there is to compare of two rows.
    struct Pairs {
        /// One a repetition, in the order of the repetitions.
        let pairs: [(run: RunID, reference: RunID)]
        /// What the networks' images have to do with each other.
        let images: PairedComparison.Images
        /// The number of test images of a network, the mean where they differ.
        let testImages: Int
        /// The mean number of training images of a network.
        let trainImages: Double
        /// Whether all networks were tested on the same images.
        let isOneTestSet: Bool

        /// All runs that take part.
        var runs: [RunID] { pairs.flatMap { [$0.run, $0.reference] }.sorted() }

        /// The test images in words.
        var text: String { "\(testImages), " + (isOneTestSet ? "the same" : "redrawn") }
    }

    init(_ runs: [ReportRun], values: RunGrid.Values, splits: [Int64: ReportSplit]) {
        self.runs = Dictionary(runs.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
        self.values = values
        func place(_ set: Set<Int64>, in known: inout [Set<Int64>]) -> Int {
            if let index = known.firstIndex(of: set) { return index }
            known.append(set)
            return known.count - 1
        }
        for (number, split) in splits.sorted(by: { $0.key < $1.key }) {
            sets[number] = (place(split.train, in: &trains), place(split.test, in: &tests))
        }
    }

    /// The pairs of two rows; nil where there is none.
    ///
    /// A repetition counts where each row has one run of it, and both runs have the same test images.
    func pairs(_ row: [RunID], _ reference: [RunID]) -> Pairs? {
        let mine = single(row), theirs = single(reference)
        var pairs: [(run: RunID, reference: RunID)] = []
        var used: [(trains: Set<Int>, test: Int)] = []
        for (key, run) in mine.sorted(by: { precedes($0.key, $1.key) }) {
            guard let other = theirs[key], run.id != other.id,
                let own = run.splitID.flatMap({ sets[$0] }),
                let base = other.splitID.flatMap({ sets[$0] }),
                own.test == base.test, !tests[own.test].isEmpty
            else { continue }
            pairs.append((run.id, other.id))
            used.append(([own.train, base.train], own.test))
        }
        guard let first = used.first else { return nil }
        func mean(_ sizes: [Int]) -> Double { Double(sizes.reduce(0, +)) / Double(sizes.count) }
        let tested = mean(used.map { tests[$0.test].count })
        let trained = mean(used.flatMap { $0.trains.map { trains[$0].count } })
        let images: PairedComparison.Images
        if used.allSatisfy({ $0.trains == first.trains }) {
            images = .same
        } else if areSeparate(used.map(\.trains)) {
            images = .separate
        } else {
            images = .redrawn(ratio: tested / max(1, trained))
        }
        return Pairs(
            pairs: pairs, images: images, testImages: Int(tested.rounded()), trainImages: trained,
            isOneTestSet: used.allSatisfy { $0.test == first.test })
    }

    /// The comparison of two rows' values, one a run; nil for fewer than two pairs.
    func comparison(_ row: [Sample], _ reference: [Sample]) -> (Pairs, PairedComparison)? {
        let mine = Dictionary(row.map { ($0.run, $0.value) }, uniquingKeysWith: { a, _ in a })
        let theirs = Dictionary(
            reference.map { ($0.run, $0.value) }, uniquingKeysWith: { a, _ in a })
        guard let pairs = pairs(row.map(\.run), reference.map(\.run)) else { return nil }
        let differences = pairs.pairs.compactMap { pair in
            mine[pair.run].flatMap { value in theirs[pair.reference].map { value - $0 } }
        }
        return PairedComparison(differences: differences, images: pairs.images).map { (pairs, $0) }
    }

    /// The run of each repetition that has just one.
    private func single(_ ids: [RunID]) -> [[String]: ReportRun] {
        let known = ids.compactMap { runs[$0] }
        return Dictionary(grouping: known) { run in
            Axis.repetitions.map { values.value(of: run, on: $0) }
        }.compactMapValues { $0.count == 1 ? $0[0] : nil }
    }

    private func precedes(_ a: [String], _ b: [String]) -> Bool {
        for (x, y) in zip(a, b) where x != y {
            if let m = Int64(x), let n = Int64(y) { return m < n }
            return x < y
        }
        return false
    }

    /// Whether no two networks of different pairs were trained on an image that both have.
    private func areSeparate(_ used: [Set<Int>]) -> Bool {
        for (index, mine) in used.enumerated() {
            for others in used[..<index] {
                for other in others {
                    let isShared = mine.contains {
                        $0 == other || !trains[$0].isDisjoint(with: trains[other])
                    }
                    if isShared { return false }
                }
            }
        }
        return true
    }
}
