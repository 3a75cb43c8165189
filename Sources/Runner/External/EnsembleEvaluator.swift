import Assembly
import Datasets
public import Domain
import Inference
import Metrics
public import RunStore
import Specification
public import TensorCore
import Training
import Wording

/// Evaluates several runs as one, by the mean of their probabilities, on images that none of them has
/// seen, and keeps what it finds as a run of its own.
///
/// An evaluation is one transaction. The same members give the same bits, with any number of threads.
public struct EnsembleEvaluator {
    private let evaluator: ExternalEvaluator
    private let version: String?

    private var store: RunStore { evaluator.store }
    private var shelf: DatasetShelf { evaluator.shelf }

    /// An ensemble's evaluator beside that of single runs.
    ///
    /// - Parameter version: of the Lightbox that evaluates.
    public init(_ evaluator: ExternalEvaluator, version: String?) {
        self.evaluator = evaluator
        self.version = version
    }

    /// Finds out what is to be done: everything that can be said before the work begins is said here.
    ///
    /// - Parameters:
    ///   - datasets: names of data sets; none for those that the members were trained on.
    ///   - isMirrored: whether each member also sees mirrored images.
    /// - Throws: `StoreError`, `CellError`; `PredictionError` for runs that cannot answer together.
    public func plan(
        _ ids: [RunID], on datasets: [String], weights: [WeightsKind], isMirrored: Bool,
        context: ComputeContext
    ) throws -> EnsemblePlan {
        let runs = try ids.map { try StoredRun($0, in: store) }.sorted { $0.digest < $1.digest }
        for run in runs where run.state != .completed {
            throw StoreError.invalid(
                what: "run \(run.id)", found: run.state.rawValue, expected: "a completed run")
        }
        var plan = EnsemblePlan(runs: runs, isMirrored: isMirrored)
        var seen = SeenImages(shelf, store)
        let own = Set(runs.map(\.cell.dataset)).sorted()
        for kind in weights {
            let ensemble = try Ensemble(
                runs.map {
                    try Predictor(run: $0, weights: kind, zoo: evaluator.zoo, context: context)
                }, mirrors: isMirrored)
            for name in datasets.isEmpty ? own : datasets {
                do {
                    try add(ensemble, on: name, kind, to: &plan, &seen)
                } catch let error as StoreError {
                    throw error
                } catch {
                    plan.problems.append("not on \(name): \(Sentence.of(error))")
                }
                shelf.empty()
            }
        }
        return plan
    }

    private func add(
        _ ensemble: Ensemble, on name: String, _ kind: WeightsKind, to plan: inout EnsemblePlan,
        _ seen: inout SeenImages
    ) throws {
        var structures: [[String]?] = []
        var digests: [String] = []
        var tests: Set<String> = []
        var fingerprint = ""
        for (index, run) in plan.runs.enumerated() {
            let file = try ExternalEvaluator.file(of: kind, of: run)
            let names = NameList.structures(
                try WeightsFile(file).metadata(), of: run.cell,
                in: try? shelf.entry(named: run.cell.dataset))
            let dataset = try evaluator.load(name, for: run, names).dataset
            if index == 0 {
                tests = Set(dataset.examples.map(\.id))
                fingerprint = dataset.fingerprint
                if !ensemble.classNames.isEmpty, !dataset.hasClasses(ensemble.classNames) {
                    guard ensemble.givesMasks else {
                        throw ExternalProblem(
                            "its classes are other ones than "
                                + ensemble.classNames.joined(separator: ", "))
                    }
                    plan.notes.append("\(name) has other classes than the runs: masks only")
                }
            }
            if let own = try seen.tests(of: run, in: dataset) {
                tests.formIntersection(own)
            } else {
                plan.notes.append(
                    "whether run \(run.id) has seen images of \(name) in its training on "
                        + "\(run.datasetTitle) cannot be told: its own data is not at hand")
            }
            structures.append(names)
            digests.append(file.record.digest)
            guard index == plan.runs.count - 1 else { continue }
            let answered = dataset.examples.filter {
                ensemble.givesMasks && $0.hasMask || $0.classIndex != nil
            }.map(\.id)
            if tests.count < dataset.examples.count {
                let all = Plural.count(dataset.examples.count, "image")
                plan.notes.append(
                    "\(dataset.examples.count - tests.count) of \(all) of \(name) left out: seen in "
                        + "training by a run, or in no test part of its own data set")
            }
            tests.formIntersection(answered)
        }
        guard !tests.isEmpty else {
            throw ExternalProblem(
                "no image of it is one that none of the runs has seen in training")
        }
        let result = ExternalResult(
            dataset: name, fingerprint: fingerprint, weights: kind,
            weightsDigest: EnsembleRun.weightsDigest(digests))
        if let known = try store.number(of: plan.record),
            try store.externalResults(of: known).contains(result)
        {
            plan.done += 1
            return
        }
        plan.items.append(
            EnsemblePlan.Item(
                ensemble: ensemble, weights: kind, dataset: name, digests: digests,
                structures: structures, tests: tests))
    }

    /// Makes what the plan asks for, one evaluation after the other.
    ///
    /// - Throws: errors of the store, after which nothing can be kept.
    public func run(
        _ plan: EnsemblePlan, observe: (ExternalEvaluator.Event) -> Void
    ) throws -> ExternalEvaluator.Outcome {
        var outcome = ExternalEvaluator.Outcome()
        outcome.done = plan.done
        for (index, item) in plan.items.enumerated() where !evaluator.stop.isAsked {
            do {
                guard let figure = try evaluate(item, of: plan) else { break }
                outcome.made += 1
                observe(
                    .made(
                        name: plan.titles[index], number: index + 1, of: plan.items.count,
                        figure: figure))
            } catch let error as StoreError {
                throw error
            } catch {
                outcome.failed += 1
                observe(.failed(title: plan.titles[index], reason: Sentence.of(error)))
            }
            shelf.empty()
        }
        try store.ensureSame()
        outcome.isInterrupted = evaluator.stop.isAsked
        return outcome
    }

    /// One evaluation, from the images to the store; nil where the user stopped it.
    private func evaluate(
        _ item: EnsemblePlan.Item, of plan: EnsemblePlan
    ) throws -> JudgedFigure?? {
        let ensemble = item.ensemble
        let loaded = try zip(plan.runs, item.structures).map {
            try evaluator.load(item.dataset, for: $0, $1).dataset
        }
        let dataset = loaded[0].telling(ensemble.classNames, ensemble.structures)
        guard loaded.allSatisfy({ $0.examples.map(\.id) == dataset.examples.map(\.id) }) else {
            throw ExternalProblem("its images changed meanwhile")
        }
        var masks = SegmentationEvaluation(structures: ensemble.structures)
        var classes =
            dataset.hasClasses(ensemble.classNames)
            ? ClassificationEvaluation(classNames: ensemble.classNames) : nil
        for (index, example) in dataset.examples.enumerated()
        where item.tests.contains(example.id) {
            if evaluator.stop.isAsked { return nil }
            let answer = ensemble.answer(
                for: loaded.map { Array($0.image(index)) }, at: dataset.placement(index))
            if let target = example.classIndex {
                classes?.update(target: target, probabilities: answer.classes, id: example.id)
            }
            guard example.hasMask else { continue }
            let found = BinaryMask.foreground(answer.masks, areExclusive: ensemble.areExclusive)
            for (structure, mask) in found.enumerated() {
                masks.update(
                    dataset, index, structure, prediction: mask,
                    probabilities: answer.masks[structure])
            }
        }
        if classes?.images.isEmpty == true { classes = nil }
        let evaluation = Evaluation(
            weights: item.weights, split: .test, segmentation: ensemble.givesMasks ? masks : nil,
            classification: classes, oracleClassification: nil)
        try store.record(
            EnsembleEvaluation(
                ensemble: plan.record, name: plan.name, parameters: plan.parameters,
                weightsDigests: item.digests, dataset: DatasetRecord(loaded[0]),
                code: evaluator.code?.digest, version: version,
                record: EvaluationRecord(evaluation, epoch: nil)))
        return .some(evaluation.figure(plan.runs[0].cell.objective.name))
    }
}
