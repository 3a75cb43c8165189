internal import Domain
public import Foundation
public import RunStore

/// Runs of a file of comma-separated values, or of a folder that `lightbox export csv` wrote.
///
/// A file has one of three forms, told by its columns:
/// - `name` (or `metric`, `key`), `value`, and `step` or `epoch`: one value a row;
/// - `step` or `epoch`: one row a place, every other column of numbers a curve, also the epoch beside a
///   step;
/// - anything else: one row a run, as pandas writes MLflow's search and as Weights & Biases exports:
///   `metrics.x`, `params.x` and `tags.x` are what they say, other columns are settings.
///
/// `run` (or `run_id`, `id`, `name`) says whose row it is; without it the file is one run.
///
/// A run is known by the file's name, or the name given for it, and its own in it. A file of the same
/// name elsewhere that says something else is another run, and refused.
public struct CSVImport: ImportSource {
    /// What the source is.
    public let kind = "csv"
    private let place: URL
    private let name: String?

    /// The file or folder at `place`.
    ///
    /// - Parameter name: what a file's run is called, and known by; its file's name where nil.
    public init(_ place: URL, name: String? = nil) {
        self.place = place
        self.name = name
    }

    /// Hands out each run.
    ///
    /// - Throws: `ImportError`.
    public func forEach(
        _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let expected = "a CSV file, or a folder of 'lightbox export csv'"
        if try SourceFile.isFolder(place, expected: expected) {
            guard name == nil else {
                throw ImportError.bad(
                    path: place.path, place: nil, found: "a folder, whose runs have names",
                    expected: "a file with --name")
            }
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
        let file = self.name ?? place.lastPathComponent
        let called = [self.name, name].compactMap { $0 }.joined(separator: "/")
        return LoggedRun(
            source: kind, id: name.map { "\(file)/\($0)" } ?? file, experiment: stem,
            name: called.isEmpty ? stem : called)
    }

    /// Whose row it is, of a column of names.
    private func owner(_ column: Int, _ fields: [String], _ line: Int, _ table: CSVTable) throws
        -> String
    {
        guard fields[column].contains(where: { !$0.isWhitespace }) else {
            throw ImportError.bad(
                path: place.path, place: "line \(line)",
                found: "an empty '\(table.columns[column])'",
                expected: "the run that the row belongs to")
        }
        return fields[column]
    }

    // MARK: Forms

    private func values(
        of table: CSVTable, _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let name = table.index(of: "name", "metric", "key") ?? 0
        let value = table.index(of: "value") ?? 0
        let split = table.index(of: "split")
        var groups = CSVGroups()
        for (line, fields) in table.rows {
            let own = try runColumn(table).map { try owner($0, fields, line, table) }
            guard let place = table.place(in: fields),
                let number = CSVNumber.value(fields[value]), !fields[name].isEmpty
            else {
                report.leave(1, Self.noNumber)
                continue
            }
            var point = LoggedPoint(
                key: fields[name], axis: place.axis, position: place.position, value: number,
                time: table.time(in: fields, &report))
            if let split {
                point.split = fields[split]
                point.name = fields[name]
            }
            groups.add(point, to: own)
            let known = [runColumn(table), name, value, split, table.timeColumn, place.column]
            for (index, field) in fields.enumerated()
            where !known.contains(index) && !field.isEmpty {
                let column = table.columns[index]
                report.leave(1, "value of the column '\(column)', beside a value and its place")
            }
        }
        try groups.hand(out: run, &report, body)
    }

    private func curves(
        of table: CSVTable, _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let own = runColumn(table)
        var groups = CSVGroups()
        for (line, fields) in table.rows {
            let whose = try own.map { try owner($0, fields, line, table) }
            guard let place = table.place(in: fields) else {
                report.leave(1, "row without a whole number from 0 as step or epoch")
                continue
            }
            let known = [own, table.timeColumn, place.column]
            let time = table.time(in: fields, &report)
            for (index, field) in fields.enumerated()
            where !known.contains(index) && !field.isEmpty && !table.columns[index].isEmpty {
                guard let number = CSVNumber.value(field) else {
                    report.leave(1, Self.noNumber)
                    continue
                }
                groups.add(
                    LoggedPoint(
                        key: table.columns[index], axis: place.axis, position: place.position,
                        value: number, time: time), to: whose)
            }
        }
        try groups.hand(out: run, &report, body)
    }

    private func runs(
        of table: CSVTable, _ report: inout ImportReport, _ body: (ImportedRun) throws -> Void
    ) throws {
        let own = table.index(of: "run", "run_id", "id", "run_name", "name")
        let called = table.index(of: "tags.mlflow.runname", "run_name", "name")
        let status = table.index(of: "status", "state")
        var lines: [String: Int] = [:]
        var imported: [ImportedRun] = []
        for (line, fields) in table.rows {
            let whose = try own.map { try owner($0, fields, line, table) } ?? "line \(line)"
            if let first = lines.updateValue(line, forKey: whose) {
                throw ImportError.bad(
                    path: place.path, place: "line \(line)",
                    found: "the run '\(whose)' of line \(first) again",
                    expected: "one row for each run, or a column run_id that tells them apart")
            }
            var run = run(whose)
            if let called, !fields[called].isEmpty {
                run.name = [name, fields[called]].compactMap { $0 }.joined(separator: "/")
            }
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
            imported.append(ImportedRun(run: run, state: state, error: error, points: points))
            imported[imported.count - 1].isKnownByName = true
        }
        for run in imported { try body(run) }
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

    private static let noNumber = "value without a number"
}

extension CSVTable {
    /// The step, else the epoch of a row, and its column; nil where it is no whole number from 0.
    func place(in fields: [String]) -> (axis: SeriesAxis, position: Int, column: Int)? {
        let columns = [(SeriesAxis.step, index(of: "step", "_step")), (.epoch, index(of: "epoch"))]
        for case (let axis, let column?) in columns where !fields[column].isEmpty {
            guard let number = CSVNumber.value(fields[column]).flatMap(Int.init(exactly:)),
                number >= 0
            else { return nil }
            return (axis, number, column)
        }
        return nil
    }

    /// The column that says when a row was written.
    var timeColumn: Int? { index(of: "time", "timestamp", "_timestamp", "wall_time") }

    /// When a row was written: seconds since 1970, or a date and time as ISO 8601 writes them.
    func time(in fields: [String], _ report: inout ImportReport) -> Date? {
        guard let column = timeColumn, !fields[column].isEmpty else { return nil }
        let seconds =
            CSVNumber.value(fields[column])
            ?? Self.date(fields[column])?.timeIntervalSince1970
        guard let seconds, (0...253_402_300_799).contains(seconds) else {
            report.leave(1, "time that is neither seconds since 1970 nor 2026-01-31T12:00:00Z")
            return nil
        }
        return Date(timeIntervalSince1970: seconds)
    }

    /// A date and time; without a zone it is that of Greenwich.
    private static func date(_ text: String) -> Date? {
        var text = text.replacing(" ", with: "T")
        let clock = text.drop { $0 != "T" }
        if !clock.isEmpty, !clock.contains(where: { "Zz+-".contains($0) }) { text += "Z" }
        return [true, false].lazy.compactMap {
            try? Date.ISO8601FormatStyle(includingFractionalSeconds: $0).parse(text)
        }.first
    }
}

extension String {
    /// What stands after a prefix; nil where that is nothing or the prefix is not there.
    func after(_ prefix: String) -> String? {
        hasPrefix(prefix) && count > prefix.count ? String(dropFirst(prefix.count)) : nil
    }
}
