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

    /// The direction as the store has it.
    var directionWord: String { direction == .lowerIsBetter ? "minimise" : "maximise" }

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
