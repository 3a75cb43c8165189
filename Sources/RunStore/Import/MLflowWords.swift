public import Domain
public import Foundation

/// What MLflow says of a run besides its curves, in SQLite or in files.
public struct MLflowWords: Sendable {
    /// Its number there, the name of its experiment, and its status in MLflow's word.
    public var id: String, experiment: String, status: String
    /// Its settings and tags, as text.
    public var parameters: [(String, String)], tags: [(String, String)]
    /// What it is called.
    public var name: String?
    /// When it began and ended.
    public var started: Date?, finished: Date?

    /// A run of that number.
    public init(
        id: String, experiment: String, status: String, parameters: [(String, String)],
        tags: [(String, String)]
    ) {
        self.id = id
        self.experiment = experiment
        self.status = status
        self.parameters = parameters
        self.tags = tags
    }

    /// The time of MLflow's milliseconds; nil for one before 1970 or after 9999.
    public static func date(milliseconds: Int64) -> Date? {
        (0...253_402_300_799_999).contains(milliseconds)
            ? Date(timeIntervalSince1970: Double(milliseconds) / 1000) : nil
    }

    /// The run as the store takes it.
    public func imported(points: [LoggedPoint]) -> ImportedRun {
        let all = Dictionary(tags, uniquingKeysWith: { $1 })
        var words = all
        let note = words.removeValue(forKey: Self.noteTag).flatMap {
            $0.isEmpty ? nil : $0
        }
        let tagged = words.removeValue(forKey: Self.nameTag)
        let known = [name, tagged].compactMap { $0 }.first { !$0.isEmpty }
        let (state, error) = Self.ending(status: status, all)
        return ImportedRun(
            run: LoggedRun(
                source: MLflowTracker.source, id: id, experiment: experiment, name: known,
                parameters: Dictionary(
                    parameters.map { ($0, .parsing($1)) }, uniquingKeysWith: { $1 }),
                tags: words, gitRevision: all[Self.commitTag]),
            state: state, error: error, started: started, finished: finished, points: points,
            notes: note.map { [$0] } ?? [])
    }

    // MARK: Words of MLflow

    /// Tags that stand for the name of a run, its note, and the revision of its code.
    public static let nameTag = "mlflow.runName", noteTag = "mlflow.note.content"
    static let commitTag = "mlflow.source.git.commit"

    /// The status of a run that is at work.
    public static let running = "RUNNING"
    /// Those that clients may give a run.
    public static let statuses = [running, "FINISHED", "FAILED", "KILLED"]

    private static let killed = "MLflow says killed"

    static func ending(status: String, _ tags: [String: String]) -> (RunState, String?) {
        switch status {
        case "FINISHED": (.completed, nil)
        case "FAILED", "KILLED":
            (.failed, tags["lightbox.error"] ?? "MLflow says \(status.lowercased())")
        // Nobody here knows whether it is still at work.
        default: (.interrupted, nil)
        }
    }

    /// The status of a run in that state. One of which nothing is heard is killed for all that is known.
    public static func status(of state: RunState, error: String?) -> String {
        switch state {
        case .queued: "SCHEDULED"
        case .running: running
        case .completed: "FINISHED"
        case .failed: error == killed ? "KILLED" : "FAILED"
        case .interrupted: "KILLED"
        case .pruned: "FAILED"
        }
    }

    /// The same in SQL, over two expressions.
    static func statusSQL(state: String, error: String) -> String {
        let cases = RunState.allCases.map { state in
            "WHEN '\(state.rawValue)' THEN '\(status(of: state, error: nil))'"
        }
        return """
            CASE WHEN \(error) = '\(killed)' AND r.state = 'failed' THEN 'KILLED'
            ELSE CASE \(state) \(cases.joined(separator: " ")) END END
            """
    }
}

/// Curves of a run in the order in which MLflow hands them out: by key, step and time.
public struct MLflowCurves: Sendable {
    /// The points; of several at one step the latest.
    public private(set) var points: [LoggedPoint] = []
    /// Values that stand beside a later one at the same step, and values below step 0.
    public private(set) var overwritten = 0, negative = 0

    /// No points.
    public init() {}

    /// Takes the next value.
    public mutating func add(key: String, value: Double, milliseconds: Int64, step: Int) {
        guard step >= 0, !key.isEmpty else {
            negative += 1
            return
        }
        let point = LoggedPoint(
            key: key, axis: .step, position: step, value: value,
            time: MLflowWords.date(milliseconds: milliseconds))
        if let last = points.last, last.name == point.name, last.split == point.split,
            last.position == step
        {
            overwritten += 1
            points[points.count - 1] = point
        } else {
            points.append(point)
        }
    }
}

extension JSONValue {
    /// A number where the text is how the store writes one, else the text: nothing is lost either way.
    public static func parsing(_ text: String) -> JSONValue {
        if let whole = Int64(text), String(whole) == text { return .integer(whole) }
        if let number = Double(text), number.isFinite, "\(number)" == text {
            return Int64(exactly: number) == nil ? .number(number) : .text(text)
        }
        return .text(text)
    }
}
