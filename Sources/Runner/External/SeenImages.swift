import Assembly
import Datasets
import Domain
import RunStore
import Specification

/// Tells whether a run's weights have seen images of another data set in training: then that one is no
/// test of them. Of a data set whose training part has trained without labels the test part is one.
///
/// Where the run's data lies at hand and is what it was, the images' files are compared. Else data
/// sets that have parts in common, as `ccx` and `mcx` do, are compared by the names of their images.
struct SeenImages {
    /// What a comparison gave.
    enum Finding: Equatable {
        /// It is the run's own data set.
        case own
        /// So many of the data set's images are among those that the run has seen.
        case seen(Int)
        /// Its training part is, without labels, and its test part of these images is not.
        case seenWithoutLabels(tests: Set<String>)
        /// Some were, without labels, and the data set's files are others by now.
        case changed
        /// None is.
        case none
        /// Nobody can tell.
        case unknown
    }

    /// The images of a data set that training has seen.
    private struct Seen {
        /// The data set's name.
        let dataset: String
        /// The images' names; nil where they cannot be told any more.
        let names: Set<String>?
        /// Whether the data set lies at hand and is what it was.
        let isAtHand: Bool
        let isDrawn: Bool
    }

    private let shelf: DatasetShelf
    private let store: RunStore
    private var digests: [String: [String: String]?] = [:]

    init(_ shelf: DatasetShelf, _ store: RunStore) {
        self.shelf = shelf
        self.store = store
    }

    /// Compares what `run` was trained on with `dataset`.
    mutating func finding(of run: StoredRun, in dataset: Dataset) throws -> Finding {
        guard let trained = try store.trainedImages(of: run.id) else { return .unknown }
        if trained.fingerprint == dataset.fingerprint { return .own }
        let parts = self.parts(of: run, trained)
        guard let seen = seen(parts, in: dataset) else { return .unknown }
        guard seen.isEmpty else { return .seen(seen.count) }
        guard run.cell.unlabelledDatasets.contains(dataset.name) else { return .none }
        return tested(by: run, of: dataset).map { .seenWithoutLabels(tests: $0) } ?? .changed
    }

    /// The images of `dataset` that may test `run`: of its own data set, and of one that has trained
    /// without labels, the test part; of another one those that it has not seen. Nil where nobody can
    /// tell what it has seen.
    mutating func tests(of run: StoredRun, in dataset: Dataset) throws -> Set<String>? {
        guard let trained = try store.trainedImages(of: run.id) else { return nil }
        if trained.fingerprint == dataset.fingerprint { return trained.tested }
        let all = Set(dataset.examples.map(\.id))
        guard let seen = seen(parts(of: run, trained), in: dataset) else { return nil }
        guard run.cell.unlabelledDatasets.contains(dataset.name) else {
            return all.subtracting(seen)
        }
        return (tested(by: run, of: dataset) ?? []).subtracting(seen)
    }

    /// What the run has seen of each data set.
    private func parts(of run: StoredRun, _ trained: TrainedImages) -> [Seen] {
        let isOwn = (try? shelf.ownFingerprint(for: run.cell)) == trained.fingerprint
        let isDrawn = trained.origin == .phantom
        let own = Seen(
            dataset: trained.dataset, names: trained.names, isAtHand: isOwn, isDrawn: isDrawn)
        return [own]
            + run.cell.unlabelledDatasets.map { name in
                let division = run.divisionOfUnlabelled(name, from: shelf)
                return Seen(
                    dataset: name, names: division?.trained, isAtHand: division != nil,
                    isDrawn: isDrawn)
            }
    }

    /// The test part of a data set whose training part has trained without labels.
    private func tested(by run: StoredRun, of dataset: Dataset) -> Set<String>? {
        run.divisionOfUnlabelled(dataset.name, from: shelf)?.tested
            .intersection(dataset.examples.map(\.id))
    }

    /// The images of `dataset` that are among the parts of other data sets; nil where nobody can tell.
    private mutating func seen(_ parts: [Seen], in dataset: Dataset) -> Set<String>? {
        var all: Set<String> = []
        for part in parts where part.dataset != dataset.name || part.dataset == parts[0].dataset {
            guard let seen = seen(part, in: dataset) else { return nil }
            all.formUnion(seen)
        }
        return all
    }

    private mutating func seen(_ part: Seen, in dataset: Dataset) -> [String]? {
        let tested = dataset.examples.map(\.id)
        if part.isAtHand, let names = part.names, let own = digests(of: part.dataset),
            let others = digests(of: dataset.name)
        {
            let seen = Set(names.compactMap { own[$0] })
            return tested.filter { others[$0].map(seen.contains) ?? false }
        }
        // Patients are never among what is drawn.
        if part.isDrawn != (dataset.origin == .phantom) { return [] }
        guard self.parts(of: part.dataset).isDisjoint(with: self.parts(of: dataset.name)) else {
            // Where it cannot be told which images of a part were seen, any of it may have been.
            return tested.filter { part.names?.contains($0) ?? true }
        }
        let isOwn = [part.dataset, dataset.name].contains { $0.hasPrefix("folder") }
        return isOwn ? nil : []
    }

    private mutating func digests(of name: String) -> [String: String]? {
        if let known = digests[name] { return known }
        let found = try? shelf.entry(named: name).imageDigests(below: shelf.root)
        digests[name] = .some(found ?? nil)
        return found ?? nil
    }

    /// The data sets whose images a data set has: itself, and those that it is made of.
    private func parts(of name: String) -> Set<String> {
        Set([name] + ((try? shelf.entry(named: name).sites) ?? []))
    }
}
