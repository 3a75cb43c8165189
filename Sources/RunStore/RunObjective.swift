public import Domain
internal import GRDB

/// By which curve a run is judged, and which end of it is the good one.
public struct RunObjective: Sendable, Hashable {
    /// What the curve was measured on, such as `validation`; empty where nothing is said.
    public var split: String
    /// Name of the curve within the part.
    public var name: String
    /// Which end is the good one.
    public var direction: MetricDirection

    /// The mean Dice of the validation images, by which most cells are judged.
    public static let validationDice = RunObjective(
        split: SplitPart.validation.rawValue, name: "dice", direction: .higherIsBetter)

    /// An objective.
    public init(split: String, name: String, direction: MetricDirection) {
        self.split = split
        self.name = name
        self.direction = direction
    }

    /// The curve's name with its part, as exports and reports have it.
    public var key: String { split.isEmpty ? name : "\(split)/\(name)" }

    /// The better of two values.
    public func better(_ one: Double, _ other: Double) -> Double {
        direction == .lowerIsBetter ? min(one, other) : max(one, other)
    }

    /// The metrics by which cells are judged, those of masks first.
    public static let metrics = [validationDice.name, classAccuracy]

    private static let classAccuracy = "class-accuracy"

    /// Whether a result is one of the few that are shown where there is no room for all: of the metric
    /// that judges its run, or of one that judges cells, on all structures or on one.
    public static func isHeadline(_ name: String, of objective: RunObjective?) -> Bool {
        (metrics + [objective?.name].compactMap { $0 }).contains {
            name == $0 || name.hasPrefix("\($0)/")
        }
    }

    /// The direction as the store has it.
    var directionWord: String { direction == .lowerIsBetter ? "minimise" : "maximise" }

    /// The objective of a row with the columns of `run`; nil where it has none.
    ///
    /// - Parameter column: where the curve's name is.
    init?(_ row: StoreRow, name column: String = "objective") throws {
        guard let name: String = try row[column] else { return nil }
        let word: String = try row["direction"]
        self.init(
            split: try row["objective_split"], name: name,
            direction: word == "minimise" ? .lowerIsBetter : .higherIsBetter)
    }

    /// The first epoch at which a run's curve was best, of runs whose objective is known; nil for a
    /// run without such a curve.
    static func bestEpoch(of run: RunID, in db: Database) throws -> Int? {
        try Int.readOne(
            db,
            sql: """
                SELECT CASE r.direction WHEN 'minimise' THEN m.min_epoch ELSE m.max_epoch END
                FROM run r JOIN series s ON s.split = r.objective_split AND s.name = r.objective
                    AND s.axis = 'epoch'
                JOIN metric_summary m ON m.run = r.id AND m.series_id = s.id
                WHERE r.id = ? AND r.run_kind = 'cell'
                """, arguments: [run])
    }
}

extension RunStore {
    /// By which curve a run is judged; nil where nobody said so, and where there is no such run.
    public func objective(of run: RunID) throws -> RunObjective? {
        try objectives(of: [run])[run]
    }

    /// By which curves these runs are judged; those of which nobody said it are not there.
    public func objectives(of runs: [RunID]) throws -> [RunID: RunObjective] {
        try read {
            try Self.objectives(
                where: "id IN (SELECT value FROM json_each(?))", [Self.list(runs)], in: $0)
        }
    }

    /// The same of the runs for which a condition over the columns of `run` holds.
    static func objectives(
        where condition: String, _ arguments: StatementArguments, in db: Database
    ) throws -> [RunID: RunObjective] {
        var objectives: [RunID: RunObjective] = [:]
        try StoreRow.forEach(
            db, sql: "SELECT id, objective_split, objective, direction FROM run WHERE \(condition)",
            arguments: arguments
        ) { objectives[try $0[0]] = try RunObjective($0) }
        return objectives
    }
}
