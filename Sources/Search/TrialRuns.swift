import Assembly
import RunStore
import Runner
import Specification

/// The trials of a search as the store knows them: a cell and a run each, in the order of the
/// board's trials.
struct TrialRuns {
    /// One trial's cell and run.
    struct Entry {
        let cell: Cell
        let run: RunID
        let configuration: RunConfiguration
        var digest: String { configuration.digest }
    }

    private let sweep: Sweep
    private let base: Cell
    private let spec: Spec
    private let experiment: Int64
    /// Whose trials the experiment has.
    let members: ExperimentMembers
    private(set) var entries: [Entry] = []
    private var digests: Set<String> = []
    private var identities: StoredIdentities

    init(_ spec: Spec, of sweep: Sweep) throws {
        self.spec = spec
        self.sweep = sweep
        base = sweep.plan.cells[0]
        identities = StoredIdentities(sweep.runner.store)
        let store = sweep.runner.store
        members = try Self.members(of: spec, sweep)
        experiment = try store.record(members.record)
    }

    /// A search that `--set` changed is beside that of the file, where the store has trials of that.
    private static func members(of spec: Spec, _ sweep: Sweep) throws -> ExperimentMembers {
        var isOfFile: ((CellRun) -> Bool)?
        if let file = sweep.plan.file?.first, let space = spec.search?.space,
            file.configuration(fingerprint: "")
                != sweep.plan.cells[0].configuration(fingerprint: "")
        {
            isOfFile = { run in
                guard let stored = try? Cell(run),
                    let point = Self.point(of: stored, in: space),
                    let cell = try? Self.cell(at: point, in: space, from: file, spec, sweep)
                else { return false }
                return cell.configuration(fingerprint: "") == stored.configuration(fingerprint: "")
            }
        }
        return try ExperimentMembers(
            ofSearch: sweep.experiment, in: sweep.runner.store, isOfFile: isOfFile)
    }

    /// The point of a space at which a run's cell lies; nil where it lies at none.
    private static func point(of stored: Cell, in space: SearchSpace) -> [Double]? {
        var point: [Double] = []
        for parameter in space.parameters {
            guard stored.uses(parameter.name) else {
                point.append(parameter.range.point(at: 0.5))
                continue
            }
            guard let text = stored.text(of: parameter.name),
                let value = parameter.range.point(of: text)
            else { return nil }
            point.append(value)
        }
        return point
    }

    /// Takes in the runs that the store has of this search and the board has not: those of an
    /// earlier sweep, and those that another search on the same store begins meanwhile.
    mutating func recall(into board: inout SearchBoard) throws {
        let known = Set(entries.map(\.run))
        for run in try store.members(ofExperiment: sweep.experiment.name)
        where !known.contains(run) {
            // Nor is one with a setting that could be had once and cannot now.
            guard let record = try? store.cellRun(run), let stored = try? Cell(record),
                !digests.contains(record.configuration.digest)
            else { continue }
            // Runs of an earlier form of the experiment are no trials of this one.
            guard let point = Self.point(of: stored, in: board.search.space),
                let cell = try? cell(at: point, in: board.search.space),
                StoredIdentities.current(of: record.configuration)
                    == cell.configuration(fingerprint: try fingerprint(of: cell))
            else { continue }
            entries.append(Entry(cell: cell, run: run, configuration: record.configuration))
            digests.insert(record.configuration.digest)
            board.trials.append(Trial(number: board.trials.count, point: point))
            try refresh(board.trials.count - 1, on: &board)
        }
    }

    /// Adds a trial at a point that no trial had before; false where the space has no more.
    mutating func begin(on board: inout SearchBoard) throws -> Bool {
        let number = board.trials.count
        let search = board.search
        for attempt in 0..<100 {
            // A space of few points repeats itself; then any new point will do.
            let sampler: any Sampler =
                attempt == 0
                ? search.sampler : RandomSampler(seed: search.seed &+ UInt64(attempt) &* 7919)
            let point = sampler.suggest(
                trial: number, after: board.observations, in: search.space)
            let cell = try cell(at: point, in: search.space)
            guard !spec.exclusions.contains(where: { $0.matches(cell) }) else { continue }
            let configuration = try identities.configuration(
                of: cell, fingerprint: try fingerprint(of: cell))
            guard digests.insert(configuration.digest).inserted else { continue }
            let all = entries.map { ($0.cell, $0.configuration) } + [(cell, configuration)]
            let descriptions = try all.map { cell, configuration in
                cell.description(fingerprint: try fingerprint(of: cell), as: configuration)
            }
            // What is linked besides these belongs to an earlier form of the experiment.
            let planned = try store.plan(
                descriptions, experiment: experiment, isWhole: true,
                places: members.places(of: all.map(\.0)))
            guard let run = planned.last else { return false }
            entries.append(Entry(cell: cell, run: run.id, configuration: configuration))
            // A sweep that goes on with the search later reads the point from the store, which has
            // nothing of settings that the cell does not use.
            let known = zip(search.space.parameters, point).map { parameter, value in
                cell.uses(parameter.name) ? value : parameter.range.point(at: 0.5)
            }
            board.trials.append(Trial(number: number, point: known))
            try refresh(number, on: &board)
            return true
        }
        return false
    }

    /// The trials' runs as the store has them.
    func stored() throws -> [PlannedRun] {
        let runs = try store.runs(withDigests: entries.map(\.digest))
        return entries.compactMap { runs[$0.digest] }
    }

    /// Reads how far a trial is: its state and its curve.
    func refresh(_ number: Int, on board: inout SearchBoard) throws {
        let entry = entries[number]
        let found = try store.runs(withDigests: [entry.digest])[entry.digest]?.state
        var state = found ?? .failed
        if state == .failed, sweep.retriesFailed { state = .interrupted }
        board.trials[number].isElsewhere = state == .running
        board.trials[number].state = state == .running ? .interrupted : state
        try learn(number, on: &board)
    }

    /// Reads a trial's curve.
    func learn(_ number: Int, on board: inout SearchBoard) throws {
        let objective = board.search.objective
        let curve = try store.curve(
            of: entries[number].run, objective.split, objective.name)
        board.trials[number].learn(curve, isMaximised: board.search.isMaximised)
    }

    private var store: RunStore { sweep.runner.store }

    private func cell(at point: [Double], in space: SearchSpace) throws -> Cell {
        try Self.cell(at: point, in: space, from: base, spec, sweep)
    }

    private static func cell(
        at point: [Double], in space: SearchSpace, from base: Cell, _ spec: Spec, _ sweep: Sweep
    ) throws -> Cell {
        var cell = base
        for (parameter, value) in zip(space.parameters, point) {
            try cell.set(
                parameter.name, to: parameter.range.text(of: value),
                at: .option(spec.path), vocabulary: sweep.runner.vocabulary)
        }
        return cell
    }

    private func fingerprint(of cell: Cell) throws -> DataFingerprint {
        try sweep.runner.shelf.fingerprint(for: cell)
    }
}
