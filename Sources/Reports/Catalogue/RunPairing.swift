internal import Domain
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

    /// What the runs of a row are: seeds, folds, or both.
    let repetitions: String
    /// What counts as one in a comparison.
    let units: String

    /// What there is to compare of two rows.
    struct Pairs {
        /// One a repetition, in the order of the repetitions.
        let pairs: [(run: RunID, reference: RunID)]
        /// What counts as one difference, the mean over its pairs: where divisions vary, all pairs of
        /// one division, whose networks share its chance; else each pair.
        let units: [[(run: RunID, reference: RunID)]]
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
        func count(_ axis: Axis) -> Int { Set(runs.map { values.value(of: $0, on: axis) }).count }
        units = count(.fold) < 2 ? "seeds" : "folds"
        repetitions = units == "folds" && count(.seed) > 1 ? "seeds and folds" : units
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
        var used: [Division] = []
        for (key, run) in mine.sorted(by: { precedes($0.key, $1.key) }) {
            guard let other = theirs[key], run.id != other.id,
                let own = run.splitID.flatMap({ sets[$0] }),
                let base = other.splitID.flatMap({ sets[$0] }),
                own.test == base.test, !tests[own.test].isEmpty
            else { continue }
            pairs.append((run.id, other.id))
            used.append(Division(trains: [own.train, base.train], test: own.test))
        }
        guard let first = used.first else { return nil }
        return Pairs(
            pairs: pairs, units: Self.grouped(pairs, by: used), images: images(of: used),
            testImages: Int(nearest: tested(used)), trainImages: trained(used),
            isOneTestSet: used.allSatisfy { $0.test == first.test })
    }

    /// The comparison of two rows' values, one a run; nil for fewer than two pairs.
    func comparison(_ row: [Sample], _ reference: [Sample]) -> (Pairs, PairedComparison)? {
        let mine = Dictionary(row.map { ($0.run, $0.value) }, uniquingKeysWith: { a, _ in a })
        let theirs = Dictionary(
            reference.map { ($0.run, $0.value) }, uniquingKeysWith: { a, _ in a })
        guard let pairs = pairs(row.map(\.run), reference.map(\.run)) else { return nil }
        let differences = pairs.units.compactMap { unit -> Double? in
            let known = unit.compactMap { pair in
                mine[pair.run].flatMap { value in theirs[pair.reference].map { value - $0 } }
            }
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
        return PairedComparison(differences: differences, images: pairs.images).map { (pairs, $0) }
    }

    /// Which images the networks of a pair were trained and tested on.
    private struct Division: Hashable {
        let trains: Set<Int>
        let test: Int
    }

    /// The runs of a row by division, as comparisons count them, and how far their training images
    /// overlap.
    func units(of ids: [RunID]) -> (runs: [[RunID]], overlap: Double) {
        let known = ids.compactMap { id -> (id: RunID, division: Division)? in
            runs[id]?.splitID.flatMap { sets[$0] }.map {
                (id, Division(trains: [$0.train], test: $0.test))
            }
        }
        // A run whose images nobody recorded counts for itself.
        let others = Set(ids).subtracting(known.map(\.id)).sorted()
        let units = Self.grouped(known.map(\.id), by: known.map(\.division)) + others.map { [$0] }
        let images = images(of: known.map(\.division))
        if case .redrawn(let ratio) = images { return (units, ratio) }
        return (units, 0)
    }

    /// What networks of these divisions have to do with each other.
    private func images(of used: [Division]) -> PairedComparison.Images {
        guard let first = used.first, used.contains(where: { $0.trains != first.trains }) else {
            return .same
        }
        return areSeparate(used.map(\.trains))
            ? .separate : .redrawn(ratio: tested(used) / max(1, trained(used)))
    }

    /// The mean number of test images.
    private func tested(_ used: [Division]) -> Double {
        Self.mean(used.map { tests[$0.test].count })
    }

    /// The mean number of training images.
    private func trained(_ used: [Division]) -> Double {
        Self.mean(used.flatMap { $0.trains.map { trains[$0].count } })
    }

    private static func mean(_ sizes: [Int]) -> Double {
        Double(sizes.reduce(0, +)) / Double(max(1, sizes.count))
    }

    /// The items by division, in the order of their first; each alone where all have one.
    private static func grouped<Item>(_ items: [Item], by divisions: [Division]) -> [[Item]] {
        guard Set(divisions).count > 1 else { return items.map { [$0] } }
        var places: [Division: Int] = [:]
        var units: [[Item]] = []
        for (item, division) in zip(items, divisions) {
            if let place = places[division] {
                units[place].append(item)
            } else {
                places[division] = units.count
                units.append([item])
            }
        }
        return units
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
