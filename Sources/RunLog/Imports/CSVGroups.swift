internal import Domain
internal import Foundation
internal import RunStore
internal import Settings

/// The points of a file by the runs that they belong to, in the order in which these come.
struct CSVGroups {
    private var names: [String?] = []
    private var points: [String?: [LoggedPoint]] = [:]

    /// A place of a curve of a run.
    private struct Place: Hashable {
        let run: String?, split: String, name: String, axis: SeriesAxis, position: Int
    }
    private var places: [Place: Int] = [:]
    private var overwritten = 0

    /// Takes a point; a later one at the same place replaces it.
    mutating func add(_ point: LoggedPoint, to run: String?) {
        if points[run] == nil { names.append(run) }
        let place = Place(
            run: run, split: point.split, name: point.name, axis: point.axis,
            position: point.position)
        if let index = places[place] {
            // The same again, as Lightning repeats the epoch in each row of a step, loses nothing.
            let former = points[run]?[index].value.bitPattern
            if former != point.value.bitPattern { overwritten += 1 }
            points[run]?[index] = point
        } else {
            places[place] = points[run]?.count ?? 0
            points[run, default: []].append(point)
        }
    }

    func hand(
        out run: (String?) -> LoggedRun, _ report: inout ImportReport,
        _ body: (ImportedRun) throws -> Void
    ) throws {
        report.leave(overwritten, MLflowImport.overwritten)
        for name in names {
            var run = ImportedRun(run: run(name), state: .completed, points: points[name] ?? [])
            run.isKnownByName = true
            try body(run)
        }
    }
}

/// Numbers as programs write them into tables: those of the project, and what is none or infinite.
enum CSVNumber {
    private static let words: [String: Double] = [
        "nan": .nan, "inf": .infinity, "infinity": .infinity, "-inf": -.infinity,
        "-infinity": -.infinity, "+inf": .infinity, "+infinity": .infinity, "-nan": .nan,
    ]

    static func value(_ text: String) -> Double? {
        let text = text.trimmingCharacters(in: .whitespaces)
        return NumberText.number(text) ?? words[text.lowercased()]
    }
}
