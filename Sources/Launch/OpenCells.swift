import Assembly
import Datasets
import Foundation
import RunStore
import Runner
import Specification
import Wording

/// The cells of a request that have to be trained, seen before anything is launched.
struct OpenCells {
    /// Those to train, in the order of the plan, no two of one run.
    private(set) var items: [SweepManifest.Item] = []
    /// Cells of the plan, those done, those that failed before, and those of earlier sweeps that
    /// are still in a queue.
    private(set) var total = 0, done = 0, failed = 0, underWay = 0
    /// Why cells could not be planned, without repetitions.
    private(set) var problems: [String] = []
    /// Seconds that completed cells of the experiment took, on average; nil before the first.
    private(set) var meanSeconds: Double?

    /// What other code made, in words.
    private var codeNotes: [String] = []
    /// What becomes of the experiment's cells, where there is something to say.
    private var memberNotes: [String] = []
    private let request: LaunchRequest
    private let isDryRun: Bool
    private var cells: [Cell] = []

    /// Looks into the store, which is written only with `isDryRun` false: then it gets the
    /// experiment and its missing runs as queued.
    init(_ request: LaunchRequest, for launcher: any Launcher, isDryRun: Bool) throws {
        guard !request.retrains else {
            throw LaunchError.retraining(
                path: request.spec.path,
                reason:
                    "--launcher \(launcher.name) trains in stores of its own, which have no old "
                    + "results to keep; leave out --launcher")
        }
        guard request.spec.search == nil else {
            throw LaunchError.search(path: request.spec.path, launcher: launcher.name)
        }
        self.request = request
        self.isDryRun = isDryRun
        total = request.plan.cells.count
        try readCells()
        let states = isDryRun ? try look() : try plan()
        let busy = try cellsUnderWay()
        let known = items
        items = []
        for item in known {
            switch states[item.digest] ?? .queued {
            case .completed, .pruned: done += 1
            case .failed where !request.retriesFailed: failed += 1
            case _ where busy.contains(item.digest): underWay += 1
            default: items.append(item)
            }
        }
        continueEarlierShards()
    }

    /// What is not launched, and why; and where nothing is, that.
    var notes: [String] {
        var lines = problems
        if failed > 0 {
            lines.append(
                "\(Plural.count(failed, "cell")) failed before; --retry-failed tries again")
        }
        if underWay > 0 {
            let are = underWay == 1 ? "is" : "are"
            lines.append("\(Plural.count(underWay, "cell")) \(are) in the queue already")
        }
        lines += memberNotes + codeNotes + (isDryRun ? [] : request.plan.notes)
        if items.isEmpty {
            lines.append(
                "nothing to launch: \(done) of \(Plural.count(total, "cell")) are in the store")
        }
        return lines
    }

    /// The most expensive of the open cells, as seconds on one processor.
    func estimatedSeconds() -> Double? {
        if let meanSeconds { return meanSeconds }
        let open = Set(items.map(\.digest))
        var counts: [String: Int] = [:]
        return zip(cells, allItems).filter { open.contains($0.1.digest) }.map { cell, _ in
            let names = [cell.dataset] + cell.unlabelledDatasets
            for name in names where counts[name] == nil { counts[name] = countImages(name) }
            return PackEstimate.seconds(cell, images: names.reduce(0) { $0 + (counts[$1] ?? 0) })
        }.max()
    }

    private var allItems: [SweepManifest.Item] = []

    // MARK: Cells

    private mutating func readCells() throws {
        let shelf = DatasetShelf(root: request.data)
        var firstError: (any Error)?
        var seen: Set<String> = []
        for (cell, title) in zip(request.plan.cells, request.plan.titles) {
            do {
                let item = SweepManifest.Item(
                    cell, fingerprint: try shelf.fingerprint(for: cell), title: title)
                guard seen.insert(item.digest).inserted else { continue }
                cells.append(cell)
                allItems.append(item)
            } catch {
                firstError = firstError ?? error
                let reason = Sentence.of(error)
                if !problems.contains(reason) { problems.append(reason) }
            }
        }
        if allItems.isEmpty, let firstError { throw firstError }
        items = allItems
    }

    private func countImages(_ dataset: String) -> Int {
        let entry = DatasetRegistry.find(dataset)
        let listing = (try? entry?.list?(request.data)) ?? nil
        return listing?.sources.count ?? 100
    }

    // MARK: The store

    /// Gives each cell the configuration under which the store has its run.
    private mutating func findRuns(in store: RunStore) throws {
        var identities = StoredIdentities(store)
        let configurations = try identities.configurations(
            of: Array(zip(cells, items.map(\.data))))
        items = zip(items, configurations).map { $0.stored(as: $1) }
        allItems = items
    }

    private mutating func look() throws -> [String: RunState] {
        guard FileManager.default.fileExists(atPath: request.store.path) else { return [:] }
        let store = try RunStore(at: request.store, mode: .readOnly)
        try findRuns(in: store)
        meanSeconds = try store.status(experiment: request.spec.name).meanSeconds
        let runs = try store.runs(withDigests: items.map(\.digest))
        codeNotes = OtherCode(items.compactMap { runs[$0.digest] }, than: request.code)
            .notes(retrains: false)
        return runs.mapValues(\.state)
    }

    private mutating func plan() throws -> [String: RunState] {
        let store = try RunStore(at: request.store)
        defer { try? store.close() }
        try findRuns(in: store)
        meanSeconds = try store.status(experiment: request.spec.name).meanSeconds
        let members = try ExperimentMembers(of: request.spec.record, request.plan, in: store)
        memberNotes = members.notes
        let experiment = try store.record(members.record)
        let runs = try store.plan(
            zip(cells, items).map { cell, item in
                cell.description(
                    fingerprint: item.data,
                    as: item.configuration.map(RunConfiguration.init(canonicalJSON:)))
            },
            experiment: experiment, isWhole: problems.isEmpty, places: members.places(of: cells))
        codeNotes = OtherCode(runs, than: request.code).notes(retrains: false)
        return Dictionary(uniqueKeysWithValues: runs.map { ($0.digest, $0.state) })
    }

    // MARK: Earlier sweeps

    /// Cells of sweeps that a queue still works on.
    ///
    /// - Throws: `LaunchError.notMerged` for a sweep whose jobs are gone but that nobody merged.
    private func cellsUnderWay() throws -> Set<String> {
        var busy: Set<String> = []
        for sweep in SweepFolder.all(beside: request.store) {
            guard let submission = sweep.submission, sweep.merged?.ended != true,
                let launcher = try? LauncherRegistry.require(submission.launcher),
                let queue = launcher.queue(of: submission)
            else { continue }
            guard queue.isActive else {
                throw LaunchError.notMerged(folder: sweep.url.path, store: request.store.path)
            }
            busy.formUnion(try sweep.manifest().items.map(\.digest))
        }
        return busy
    }

    /// Names, for runs that an earlier sweep began, the shard that holds their beginning.
    private mutating func continueEarlierShards() {
        var beginnings: [String: String] = [:]
        for sweep in SweepFolder.all(beside: request.store) {
            let runs = sweep.shards.appendingPathComponent("runs")
            let folders = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
            let begun = folders.filter {
                FileManager.default.fileExists(
                    atPath: runs.appendingPathComponent("\($0)/\(SweepFolder.checkpoint)").path)
            }
            guard !begun.isEmpty, let manifest = try? sweep.manifest() else { continue }
            for (task, items) in manifest.tasks.enumerated() {
                for item in items where begun.contains(String(item.digest.prefix(16))) {
                    beginnings[item.digest] = sweep.shard(task).path
                }
            }
        }
        for index in items.indices { items[index].continues = beginnings[items[index].digest] }
    }
}

extension SweepFolder {
    /// Name of a run's checkpoint in the folder of the run.
    static let checkpoint = "checkpoint.safetensors"
}
