import Assembly
import Datasets
import Domain
import RunStore

/// Tells whether a run's weights have seen images of another data set in training: then that one is no
/// test of them.
///
/// Where the run's own data lies at hand and is what it was, the images' files are compared. Else data
/// sets that have parts in common, as `ccx` and `mcx` do, are compared by the names of their images.
struct SeenImages {
    /// What a comparison gave.
    enum Finding: Equatable {
        /// It is the run's own data set.
        case own
        /// So many of the data set's images are among those that the run has seen.
        case seen(Int)
        /// None is.
        case none
        /// Nobody can tell.
        case unknown
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
        guard let seen = seen(by: run, trained, in: dataset) else { return .unknown }
        return seen.isEmpty ? .none : .seen(seen.count)
    }

    /// The images of `dataset` that may test `run`: of its own data set its test part, of another one
    /// those that it has not seen. Nil where nobody can tell what it has seen.
    mutating func tests(of run: StoredRun, in dataset: Dataset) throws -> Set<String>? {
        guard let trained = try store.trainedImages(of: run.id) else { return nil }
        if trained.fingerprint == dataset.fingerprint { return trained.tested }
        return seen(by: run, trained, in: dataset).map { seen in
            Set(dataset.examples.map(\.id)).subtracting(seen)
        }
    }

    /// The images of another data set than the run's own that it has seen; nil where nobody can tell.
    private mutating func seen(
        by run: StoredRun, _ trained: TrainedImages, in dataset: Dataset
    ) -> [String]? {
        let tested = dataset.examples.map(\.id)
        if let seen = digestsOfSeen(by: run, trained), let others = digests(of: dataset.name) {
            return tested.filter { others[$0].map(seen.contains) ?? false }
        }
        let isDrawn = dataset.origin == .phantom
        // Patients are never among what is drawn.
        if isDrawn != (trained.origin == .phantom) { return [] }
        let parts = self.parts(of: trained.dataset), others = self.parts(of: dataset.name)
        guard parts.isDisjoint(with: others) else { return tested.filter(trained.names.contains) }
        let isOwn = [trained.dataset, dataset.name].contains { $0.hasPrefix("folder") }
        return isOwn ? nil : []
    }

    /// The digests of the images that the run has seen; nil where its data is not at hand any more.
    private mutating func digestsOfSeen(
        by run: StoredRun, _ trained: TrainedImages
    ) -> Set<String>? {
        guard (try? shelf.fingerprint(for: run.cell)) == trained.fingerprint,
            let digests = digests(of: trained.dataset)
        else { return nil }
        return Set(trained.names.compactMap { digests[$0] })
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
