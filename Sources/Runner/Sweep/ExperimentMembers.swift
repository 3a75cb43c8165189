package import RunStore
package import Specification
import Wording

/// Which cells an experiment has after a sweep with `--set`.
///
/// Without `--set` they are those of the sweep. With it they are too, unless cells of the file itself
/// would be lost on the way: a quick try takes nothing out of the experiment's table. Then the sweep's
/// other cells are kept beside, as former ones, and the experiment stays what its file says.
package struct ExperimentMembers {
    /// The experiment as the store is to have it.
    package let record: ExperimentRecord
    /// What there is to say about it.
    package let notes: [String]
    /// The places in the file's grid of what its cells train; nil where the sweep's cells are the
    /// experiment's from now on.
    private let file: [String: Int]?

    /// Compares a plan, changed by `--set` or not, with what `store` has of the experiment.
    package init(of experiment: ExperimentRecord, _ plan: SweepPlan, in store: RunStore) throws {
        guard let cells = plan.file else {
            (record, notes, file) = (experiment, [], nil)
            return
        }
        let places = Dictionary(
            cells.enumerated().map { (Self.key(of: $1), $0) },
            uniquingKeysWith: { first, _ in first })
        let planned = plan.cells.map(Self.key)
        let kept = Set(planned)
        let loses = try Self.runs(of: experiment.name, in: store).contains { run in
            guard let cell = try? Cell(run) else { return false }
            let key = Self.key(of: cell)
            return places[key] != nil && !kept.contains(key)
        }
        let others = planned.count { places[$0] == nil }
        file = loses ? places : nil
        record = loses ? try Self.keeping(experiment, in: store) : experiment
        notes =
            loses && others > 0
            ? [Self.note(Plural.count(others, "cell"), others == 1, of: experiment.name)] : []
    }

    /// As for a grid, for a search whose trials `--set` changed.
    ///
    /// - Parameter isOfFile: whether a run is a trial of the file's own search; nil where that is this
    ///   one.
    package init(
        ofSearch experiment: ExperimentRecord, in store: RunStore, isOfFile: ((CellRun) -> Bool)?
    ) throws {
        let loses = try isOfFile.map {
            try Self.runs(of: experiment.name, in: store).contains(where: $0)
        }
        guard loses == true else {
            (record, notes, file) = (experiment, [], nil)
            return
        }
        file = [:]
        record = try Self.keeping(experiment, in: store)
        notes = [Self.note("the trials", false, of: experiment.name)]
    }

    /// The place in the file's grid of each of these cells, -1 for one that the file does not have;
    /// nil where these cells are the experiment's from now on.
    package func places(of cells: [Cell]) -> [Int]? {
        file.map { file in cells.map { file[Self.key(of: $0)] ?? -1 } }
    }

    /// What a cell trains, whatever the files of its data set are.
    private static func key(of cell: Cell) -> String { cell.configuration(fingerprint: "").json }

    /// The runs of the experiment's cells, read one by one.
    private static func runs(
        of experiment: String, in store: RunStore
    ) throws -> some Sequence<CellRun> {
        try store.members(ofExperiment: experiment, withFormer: false).lazy.compactMap {
            try? store.cellRun($0)
        }
    }

    /// The experiment with the file that the store has of it.
    private static func keeping(
        _ experiment: ExperimentRecord, in store: RunStore
    ) throws -> ExperimentRecord {
        var kept = experiment
        kept.source =
            try store.plannedExperiments(named: experiment.name).first?.source
            ?? experiment.source
        return kept
    }

    private static func note(_ what: String, _ isOne: Bool, of experiment: String) -> String {
        "--set: \(what) of this sweep \(isOne ? "is not one" : "are not those") of the file, and kept "
            + "beside: the table of '\(experiment)' stays that of its file "
            + "('lightbox report --experiment \(experiment) --all' shows both)"
    }
}
