public import Assembly
import Datasets
import Domain
import Foundation
import Metrics
public import RunStore
import Specification
import TensorCore
import Training
import Wording

/// Evaluates trained runs on other data sets than their own, and keeps what it finds in the store.
///
/// An evaluation is one transaction: whoever is killed loses the one at work and no other, and what the
/// store has is never made again. The same weights and images give the same bits, with whatever number
/// of threads and evaluations at once.
public struct ExternalEvaluator: Sendable {
    let zoo: Zoo
    let shelf: DatasetShelf
    let store: RunStore
    let stop: StopSignal
    let code: CodeIdentity?

    /// An evaluator of runs of `store` on data sets of `shelf`.
    public init(
        zoo: Zoo = .standard, shelf: DatasetShelf, store: RunStore, stop: StopSignal,
        code: CodeIdentity?
    ) {
        self.zoo = zoo
        self.shelf = shelf
        self.store = store
        self.stop = stop
        self.code = code
    }

    /// How it ended.
    public struct Outcome: Sendable, Hashable {
        /// Evaluations that were made now, that were there before, and that failed.
        public var made = 0, done = 0, failed = 0
        /// Whether the user stopped it.
        public var isInterrupted = false

        /// Nothing yet.
        public init() {}
    }

    /// What people are told meanwhile.
    public enum Event: Sendable, Hashable {
        /// An evaluation is in the store: how many have ended, of how many, and what the run is judged
        /// by.
        case made(name: String, number: Int, of: Int, figure: JudgedFigure?)
        /// One could not be made; the others go on.
        case failed(title: String, reason: String)
    }

    /// Makes what the plan asks for, `jobs` evaluations at once with `threads` threads each.
    ///
    /// - Throws: errors of the store, after which nothing can be kept.
    public func run(
        _ plan: ExternalPlan, jobs: Int, threads: Int, observe: @escaping @Sendable (Event) -> Void
    ) throws -> Outcome {
        let work = Work(plan.items, shelf: shelf, stop: stop)
        let jobs = max(1, min(jobs, plan.items.count))
        DispatchQueue.concurrentPerform(iterations: jobs) { _ in
            let context = ComputeContext(threads: threads)
            while let item = work.next() {
                do {
                    let figure = try evaluate(item, context: context)
                    work.end(isFailed: false) { number in
                        observe(
                            .made(
                                name: item.name, number: number, of: plan.items.count,
                                figure: figure))
                    }
                } catch let error as StoreError {
                    work.end(error)
                } catch {
                    work.end(isFailed: true) { _ in
                        observe(.failed(title: item.title, reason: Sentence.of(error)))
                    }
                }
            }
        }
        if let error = work.error { throw error }
        try store.ensureSame()
        var outcome = work.outcome
        outcome.done = plan.done
        outcome.isInterrupted = stop.isAsked
        return outcome
    }

    /// One evaluation, from the images to the store; what its run is judged by.
    private func evaluate(_ item: ExternalPlan.Item, context: ComputeContext) throws
        -> JudgedFigure?
    {
        let file = try WeightsFile(item.file)
        let (tensors, metadata) = try file.tensors(in: context)
        let loaded = try shelf.dataset(for: item.loading)
        let classNames = NameList(
            metadata: metadata[NameList.classes] ?? "", known: item.run.classNames
        ).names
        let dataset = loaded.telling(
            classNames.isEmpty ? item.run.classNames ?? [] : classNames, item.structures)
        let split = DataSplit(
            train: [], validation: [],
            test: dataset.examples.indices.filter {
                item.tests?.contains(dataset.examples[$0].id) ?? true
            }, labelled: [])
        let request = try zoo.request(
            for: item.run.cell, dataset: dataset, split: split, folder: store.url, identity: "")
        let evaluation = try zoo.procedure(of: item.run.cell).evaluate(
            request, weights: tensors, as: item.weights, context: context)
        var record = EvaluationRecord(
            evaluation, epoch: metadata["epoch"].flatMap { Int($0) })
        if evaluation.classification?.images.isEmpty == true {
            // No class could be told: figures of none are none.
            record.classes = [:]
            record.pooled = record.pooled.filter { !$0.key.hasPrefix("class-f1/") }
        }
        try store.record(
            ExternalEvaluation(
                run: item.run.id, dataset: DatasetRecord(loaded),
                weightsDigest: item.file.record.digest, code: code?.digest, record: record))
        return evaluation.figure(item.run.cell.objective.name)
    }
}

/// What is left to do, handed out to several threads.
private final class Work: @unchecked Sendable {
    private let lock = NSLock(), telling = NSLock()
    private let items: [ExternalPlan.Item]
    private let stop: StopSignal
    private var taken = 0
    private var found = ExternalEvaluator.Outcome()
    private var failure: StoreError?
    private let shelf: DatasetShelf

    init(_ items: [ExternalPlan.Item], shelf: DatasetShelf, stop: StopSignal) {
        self.items = items
        self.shelf = shelf
        self.stop = stop
    }

    var outcome: ExternalEvaluator.Outcome { lock.withLock { found } }
    var error: StoreError? { lock.withLock { failure } }

    /// The next item; nil where there is none, or nothing more is wanted.
    func next() -> ExternalPlan.Item? {
        lock.withLock {
            guard failure == nil, !stop.isAsked, taken < items.count else { return nil }
            // What others still work on they hold themselves.
            if taken > 0, items[taken].dataset != items[taken - 1].dataset { shelf.empty() }
            taken += 1
            return items[taken - 1]
        }
    }

    /// Takes note that an item has ended and has `tell` say so, with how many have: one after the
    /// other, so that what is said counts up.
    func end(isFailed: Bool, tell: (Int) -> Void) {
        telling.withLock {
            tell(
                lock.withLock {
                    if isFailed { found.failed += 1 } else { found.made += 1 }
                    return found.failed + found.made
                })
        }
    }

    func end(_ error: StoreError) { lock.withLock { failure = failure ?? error } }
}

extension Dataset {
    /// The same images with the classes of a run, by their names, and its names for the structures.
    ///
    /// Where the data sets do not have the same classes, no image has one.
    func telling(_ classNames: [String], _ structures: [String]) -> Dataset {
        let isSame = hasClasses(classNames)
        return Dataset(
            name: name, shape: shape, resize: resize,
            structures: structures.isEmpty ? self.structures : structures,
            examples: examples.map { example in
                let name = example.classIndex.map { self.classNames[$0] }
                return example.with(
                    classIndex: isSame ? name.flatMap(classNames.firstIndex(of:)) : nil)
            }, classNames: classNames, fingerprint: fingerprint, images: images, masks: masks,
            findings: findings, twins: twins, origin: origin)
    }

    /// Whether the classes are those of a run, in whatever order.
    func hasClasses(_ names: [String]) -> Bool {
        classNames.count > 1 && Set(classNames) == Set(names)
    }
}

extension Example {
    /// The same example of another class.
    fileprivate func with(classIndex: Int?) -> Example {
        Example(
            id: id, hasMask: hasMask, classIndex: classIndex, patient: patient, site: site,
            imagePath: imagePath, originalWidth: originalWidth, originalHeight: originalHeight,
            reading: reading, assignedSplit: assignedSplit, publishedPositive: publishedPositive,
            spacing: spacing)
    }
}
