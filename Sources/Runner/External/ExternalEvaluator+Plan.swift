import Assembly
import Datasets
public import Domain
public import RunStore
import Specification
import Training
import Wording

extension ExternalEvaluator {
    /// Finds out what is to be done: everything that can be said before the work begins is said here.
    ///
    /// - Parameter datasets: names of data sets, each registered or `folder:NAME`.
    /// - Throws: `StoreError`, and `CellError` for a run or a data set that there is not.
    public func plan(
        _ runs: [RunID], on datasets: [String], weights: [WeightsKind]
    ) throws -> ExternalPlan {
        var plan = ExternalPlan()
        var seen = SeenImages(shelf, store)
        var ready: [StoredRun] = []
        for id in runs {
            let run = try StoredRun(id, in: store)
            if run.cell.program != nil {
                plan.refused.add(
                    "it was trained by a program, whose weights only that can read; expected a run "
                        + "of Lightbox's own", of: id)
            } else if run.state == .completed {
                ready.append(run)
            } else {
                plan.refused.add("it is \(run.state.rawValue); expected a completed run", of: id)
            }
        }
        for name in datasets {
            _ = try shelf.entry(named: name)
            for run in ready { try add(run, on: name, weights, to: &plan, &seen) }
            shelf.empty()
        }
        return plan
    }

    /// The run's cell on another data set: what decides how its images are loaded.
    private func loading(_ name: String, for run: StoredRun) -> Cell {
        var cell = run.cell
        cell.dataset = name
        return cell
    }

    private func add(
        _ run: StoredRun, on name: String, _ weights: [WeightsKind], to plan: inout ExternalPlan,
        _ seen: inout SeenImages
    ) throws {
        do {
            let kinds = try weights.map { kind in (kind, try Self.file(of: kind, of: run)) }
            guard let file = kinds.first?.1 else { return }
            let metadata = try WeightsFile(file).metadata()
            let names = NameList.structures(
                metadata, of: run.cell, in: try? shelf.entry(named: run.cell.dataset))
            let (cell, dataset) = try load(name, for: run, names)
            var tests: Set<String>?
            switch try seen.finding(of: run, in: dataset) {
            case .own:
                return plan.noted.add(
                    "\(name) is its own data set, on which it has results already", of: run.id)
            case .seen(let count):
                return plan.noted.add(
                    "left out on \(name), of whose images its training on \(run.datasetTitle) has "
                        + "seen \(count)", of: run.id)
            case .changed:
                return plan.noted.add(
                    "left out on \(name), whose training part its training has seen without labels: "
                        + "its files are others by now, so that nobody can tell which", of: run.id)
            case .seenWithoutLabels(let part):
                guard !part.isEmpty else {
                    return plan.noted.add(
                        "left out on \(name), all of which its training has seen without labels",
                        of: run.id)
                }
                tests = part
                plan.noted.add(
                    "on \(name) the \(Plural.count(part.count, "image")) of its test part alone: its "
                        + "training has seen the training part without labels", of: run.id)
            case .unknown:
                plan.noted.add(
                    "whether its training on \(run.datasetTitle) has seen images of \(name) cannot "
                        + "be told: its own data is not at hand", of: run.id)
            case .none: break
            }
            try checkClasses(of: run, dataset, &plan)
            let known = try store.externalResults(of: run.id)
            for (kind, file) in kinds {
                let result = ExternalResult(
                    dataset: dataset.name, fingerprint: dataset.fingerprint, weights: kind,
                    weightsDigest: file.record.digest)
                guard !known.contains(result) else {
                    plan.done += 1
                    continue
                }
                plan.items.append(
                    ExternalPlan.Item(
                        run: run, file: file, weights: kind, dataset: name, loading: cell,
                        structures: names ?? [], tests: tests))
            }
        } catch let error as StoreError {
            throw error
        } catch {
            plan.refused.add("not on \(name): \(Sentence.of(error))", of: run.id)
        }
    }

    /// The file of weights, whole.
    static func file(of weights: WeightsKind, of run: StoredRun) throws -> ArtifactFile {
        guard let file = try run.file(of: weights) else {
            throw ExternalProblem("there are no '\(weights.rawValue)' weights of it in the store")
        }
        try file.verify()
        return file
    }

    /// The data set with the masks of the run's structures.
    func load(
        _ name: String, for run: StoredRun, _ structures: [String]?
    ) throws -> (cell: Cell, dataset: Dataset) {
        var cell = loading(name, for: run)
        var dataset = try shelf.dataset(for: cell)
        guard run.results(in: zoo).contains(.masks) else { return (cell, dataset) }
        func fits() -> Bool {
            guard let structures else { return dataset.structures.count == 1 }
            return dataset.structures == structures
                || structures.count == 1 && dataset.structures == [Self.unnamed]
        }
        if !fits(), let structures, structures != [Self.unnamed] {
            // They may be there, and not be what is trained where nothing is chosen.
            cell.settings.structures = structures
            dataset = try shelf.dataset(for: cell)
        }
        guard fits() || structures == [Self.unnamed] && dataset.structures.count == 1 else {
            throw ExternalProblem(
                "it segments \((structures ?? ["one structure"]).joined(separator: ", ")), the masks "
                    + "there show \(dataset.structures.joined(separator: ", "))")
        }
        return (cell, dataset)
    }

    /// What masks of a folder show that has not said it.
    private static let unnamed = "mask"

    /// Says where classes cannot be told; refuses where nothing else would be.
    func checkClasses(
        of run: StoredRun, _ dataset: Dataset, _ plan: inout ExternalPlan
    ) throws {
        let results = run.results(in: zoo)
        let classes = run.classNames ?? []
        guard results.contains(.classes), !dataset.hasClasses(classes) else { return }
        func list(_ names: [String]) -> String {
            names.isEmpty ? "none" : names.joined(separator: ", ")
        }
        let reason =
            "its classes are \(list(classes)), those of \(dataset.name) are "
            + list(dataset.classNames)
        guard results.contains(.masks) else { throw ExternalProblem(reason) }
        plan.noted.add(reason + ": masks only", of: run.id)
    }
}

/// Why a run cannot be evaluated on a data set: a clause that follows the run's number.
struct ExternalProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
