internal import Domain
public import Foundation
public import RunStore

/// Runs of a file of comma-separated values, or of a folder that `lightbox export csv` wrote.
///
/// A file has one of three forms, told by its columns:
/// - `name` (or `metric`, `key`), `value`, and `step` or `epoch`: one value a row;
/// - `step` or `epoch`: one row a place, every other column of numbers a curve;
/// - anything else: one row a run, as pandas writes MLflow's search and as Weights & Biases exports:
///   `metrics.x`, `params.x` and `tags.x` are what they say, other columns are settings.
///
/// `run` (or `run_id`, `id`, `name`) says whose row it is; without it the file is one run.
public struct CSVImport: ImportSource {
    /// What the source is.
    public let kind = "csv"
    private let place: URL

    /// The file or folder at `place`.
    public init(_ place: URL) { self.place = place }

    /// Hands out each run.
    ///
    /// - Throws: `ImportError`.
    public func forEach(
        _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        if try place.isFolder(expected: "a CSV file, or a folder of 'lightbox export csv'") {
            return try ExportedTables(place).forEach(&report, body)
        }
        let table = try CSVTable(place)
        let hasPlace = table.index(of: "step", "_step", "epoch") != nil
        if hasPlace, table.index(of: "value") != nil,
            table.index(of: "name", "metric", "key") != nil
        {
            try values(of: table, &report, body)
        } else if hasPlace {
            try curves(of: table, &report, body)
        } else {
            try runs(of: table, &report, body)
        }
    }

    /// Whose row it is: the column's value, else the file's one run.
    private func runColumn(_ table: CSVTable) -> Int? {
        table.index(of: "run", "run_id", "run_name")
    }

    private func run(_ name: String?) -> LoggedRun {
        let stem = place.deletingPathExtension().lastPathComponent
        let file = place.lastPathComponent
        return LoggedRun(
            source: kind, id: name.map { "\(file)/\($0)" } ?? file, experiment: stem,
            name: name ?? stem)
    }

    // MARK: Forms

    private func values(
        of table: CSVTable, _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let name = table.index(of: "name", "metric", "key") ?? 0
        let value = table.index(of: "value") ?? 0
        let split = table.index(of: "split")
        var groups = Groups()
        for (_, fields) in table.rows {
            guard let (axis, position) = table.place(in: fields),
                let number = CSVNumber.value(fields[value]), !fields[name].isEmpty
            else {
                report.leave(1, Self.noNumber)
                continue
            }
            var point = LoggedPoint(
                key: fields[name], axis: axis, position: position, value: number,
                time: table.time(in: fields))
            if let split {
                point.split = fields[split]
                point.name = fields[name]
            }
            groups.add(point, to: runColumn(table).map { fields[$0] })
        }
        try groups.hand(out: run, body)
    }

    private func curves(
        of table: CSVTable, _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let own = runColumn(table)
        let known = [
            own, table.index(of: "step", "_step"), table.index(of: "epoch"),
            table.index(of: "time", "timestamp", "_timestamp", "wall_time"),
        ]
        var groups = Groups()
        for (_, fields) in table.rows {
            guard let (axis, position) = table.place(in: fields) else {
                report.leave(1, "rows without a whole number from 0 as step or epoch")
                continue
            }
            let time = table.time(in: fields)
            for (index, field) in fields.enumerated()
            where !known.contains(index) && !field.isEmpty && !table.columns[index].isEmpty {
                guard let number = CSVNumber.value(field) else {
                    report.leave(1, Self.noNumber)
                    continue
                }
                groups.add(
                    LoggedPoint(
                        key: table.columns[index], axis: axis, position: position, value: number,
                        time: time), to: own.map { fields[$0] })
            }
        }
        try groups.hand(out: run, body)
    }

    private func runs(
        of table: CSVTable, _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let own = table.index(of: "run", "run_id", "id", "run_name", "name")
        let called = table.index(of: "tags.mlflow.runname", "run_name", "name")
        let status = table.index(of: "status", "state")
        for (line, fields) in table.rows {
            var run = run(own.map { fields[$0] } ?? "line \(line)")
            if let called, !fields[called].isEmpty { run.name = fields[called] }
            var points: [LoggedPoint] = []
            for (index, field) in fields.enumerated()
            where !field.isEmpty && ![own, called, status].contains(index) {
                let column = table.columns[index]
                if let key = column.after("metrics.") {
                    if let number = CSVNumber.value(field) {
                        points.append(
                            LoggedPoint(key: key, axis: .step, position: 0, value: number))
                    } else {
                        report.leave(1, Self.noNumber)
                    }
                } else if let name = column.after("tags.") {
                    run.tags[name] = field
                } else if !column.isEmpty {
                    run.parameters[column.after("params.") ?? column] = .parsing(field)
                }
            }
            let (state, error) = Self.ending(status.map { fields[$0] } ?? "")
            try body(ImportedRun(run: run, state: state, error: error, points: points))
        }
    }

    /// How a run ended, in the words of MLflow and Weights & Biases; a file that does not say it holds
    /// runs that are over.
    private static func ending(_ word: String) -> (RunState, String?) {
        switch word.lowercased() {
        case "failed", "crashed", "killed": (.failed, "the file says \(word.lowercased())")
        case "running", "scheduled", "interrupted", "queued": (.interrupted, nil)
        default: (.completed, nil)
        }
    }

    private static let noNumber = "values that are no numbers"
}

/// The points of a file by the runs that they belong to, in the order in which these come.
private struct Groups {
    private var names: [String?] = []
    private var points: [String?: [LoggedPoint]] = [:]

    mutating func add(_ point: LoggedPoint, to run: String?) {
        if points[run] == nil { names.append(run) }
        points[run, default: []].append(point)
    }

    func hand(out run: (String?) -> LoggedRun, _ body: (ImportedRun) throws -> Void) throws {
        for name in names {
            try body(ImportedRun(run: run(name), state: .completed, points: points[name] ?? []))
        }
    }
}

/// Numbers as programs write them into CSV.
enum CSVNumber {
    static func value(_ text: String) -> Double? {
        let text = text.trimmingCharacters(in: .whitespaces)
        return text.isEmpty ? nil : Double(text)
    }
}

extension CSVTable {
    /// The step, else the epoch of a row; nil where it is no whole number from 0.
    func place(in fields: [String]) -> (SeriesAxis, Int)? {
        let columns = [(SeriesAxis.step, index(of: "step", "_step")), (.epoch, index(of: "epoch"))]
        for case (let axis, let column?) in columns where !fields[column].isEmpty {
            guard let number = CSVNumber.value(fields[column]).flatMap(Int.init(exactly:)),
                number >= 0
            else { return nil }
            return (axis, number)
        }
        return nil
    }

    /// When a row was written, of seconds since 1970.
    func time(in fields: [String]) -> Date? {
        index(of: "time", "timestamp", "_timestamp", "wall_time")
            .flatMap { CSVNumber.value(fields[$0]) }
            .flatMap { (0...253_402_300_799).contains($0) ? Date(timeIntervalSince1970: $0) : nil }
    }
}

extension String {
    /// What stands after a prefix; nil where that is nothing or the prefix is not there.
    func after(_ prefix: String) -> String? {
        hasPrefix(prefix) && count > prefix.count ? String(dropFirst(prefix.count)) : nil
    }
}
