internal import Domain
internal import Foundation
internal import RunStore

/// The folder of tables that `lightbox export csv` writes.
struct ExportedTables {
    private let folder: URL

    init(_ folder: URL) { self.folder = folder }

    func forEach(_ report: inout ImportReport, _ body: (ImportedRun) throws -> Void) throws {
        let runs = try table("runs")
        func required(_ name: String) throws -> Int {
            guard let index = runs.index(of: name) else {
                throw ImportError.bad(
                    path: folder.appendingPathComponent("runs.csv").path, place: "line 1",
                    found: "no column '\(name)'", expected: "what 'lightbox export csv' writes")
            }
            return index
        }
        let (number, digest) = (try required("run"), try required("digest"))
        let state = try required("state")
        let settings = try pairs("settings"), tags = try pairs("tags"), notes = try notes()
        let curves = try curves(&report)
        var left = ["results", "images", "classes", "external", "external-images"]
        // Exports of before 0.2.0 have none.
        let machine = folder.appendingPathComponent("machine.csv")
        if FileManager.default.fileExists(atPath: machine.path) { left.append("machine") }
        for name in left {
            report.leave(try table(name).rows.count, "row of \(name).csv, which only cells have")
        }
        for (_, fields) in runs.rows {
            func field(_ name: String) -> String? {
                runs.index(of: name).map { fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
            }
            let run = fields[number]
            var parameters = settings[run, default: [:]].mapValues { JSONValue.parsing($0) }
            for name in ["dataset", "model", "procedure", "loss", "labels", "seed"] {
                if let value = field(name) { parameters[name] = .parsing(value) }
            }
            var words = LoggedRun(
                source: "csv", id: fields[digest],
                experiment: field("experiment").map { String($0.prefix { $0 != "," }) },
                name: field("name"), parameters: parameters,
                tags: tags[run, default: [:]].merging(["lightbox.digest": fields[digest]]) { $1 })
            words.objective = field("objective").map { key in
                let (split, name) = LoggedPoint.parts(of: key)
                return RunObjective(
                    split: split, name: name,
                    direction: field("direction") == "minimise" ? .lowerIsBetter : .higherIsBetter)
            }
            let (ending, error) = Self.ending(fields[state], field("error"))
            try body(
                ImportedRun(
                    run: words, state: ending, error: error,
                    started: field("started").flatMap(Self.date),
                    finished: field("finished").flatMap(Self.date), host: field("host"),
                    points: curves[run, default: []], notes: notes[run, default: []]))
        }
    }

    private static func ending(_ word: String, _ error: String?) -> (RunState, String?) {
        switch RunState(rawValue: word) {
        case .completed?: (.completed, nil)
        case .pruned?: (.pruned, nil)
        case .failed?: (.failed, error ?? "the file says no more")
        default: (.interrupted, nil)
        }
    }

    private static func date(_ text: String) -> Date? {
        try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
    }

    // MARK: Tables

    private func table(_ name: String) throws -> CSVTable {
        try CSVTable(folder.appendingPathComponent(name + ".csv"))
    }

    /// Name and value of each row, by run.
    private func pairs(_ name: String) throws -> [String: [String: String]] {
        try table(name).rows.reduce(into: [:]) { all, row in
            guard row.fields.count == 3, !row.fields[1].isEmpty else { return }
            all[row.fields[0], default: [:]][row.fields[1]] = row.fields[2]
        }
    }

    private func notes() throws -> [String: [String]] {
        try table("notes").rows.reduce(into: [:]) { all, row in
            guard row.fields.count == 3, !row.fields[2].isEmpty else { return }
            all[row.fields[0], default: []].append(row.fields[2])
        }
    }

    private func curves(_ report: inout ImportReport) throws -> [String: [LoggedPoint]] {
        let table = try table("curves")
        var curves: [String: [LoggedPoint]] = [:]
        for (_, fields) in table.rows {
            guard fields.count >= 5, let place = table.place(in: fields),
                !fields[2].isEmpty
            else {
                report.leave(1, "row of curves.csv without a step or epoch")
                continue
            }
            curves[fields[0], default: []].append(
                LoggedPoint(
                    split: fields[1], name: fields[2], axis: place.axis, position: place.position,
                    value: CSVNumber.value(fields[4]) ?? .nan,
                    time: table.time(in: fields, &report)))
        }
        return curves
    }
}
