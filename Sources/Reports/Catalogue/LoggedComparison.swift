internal import Domain
internal import RunStore

/// Runs of other programs side by side: the settings and tags that differ, and their metrics.
struct LoggedComparison {
    private let runs: [ReportLoggedRun]

    /// The runs of these numbers, the first of which is the reference.
    init(_ ids: [RunID], in store: RunStore) throws {
        let all = Dictionary(
            try store.reportLoggedRuns().map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        runs = ids.compactMap { all[$0] }
    }

    func document(titled title: String) -> ReportDocument {
        var document = ReportDocument(
            name: "compare", title: title, blocks: [.table(settings), .table(metrics)])
        let completed = runs.filter { $0.state == .completed }.count
        document.provenance = [
            .init("Runs", "\(completed) completed, \(runs.count - completed) not"),
            .init("From", Set(runs.map(\.source)).sorted().joined(separator: ", ")),
        ]
        return document
    }

    private func columns(_ role: Column.Role) -> [Column] {
        runs.map { run in
            let title = run.name.isEmpty ? "Run \(run.id)" : "Run \(run.id) \(run.name)"
            return Column("run-\(run.id)", title: title, role: role, decimals: 4)
        }
    }

    private var settings: Table {
        var values: [(String, [String])] = Set(runs.flatMap(\.words.keys)).sorted().map { name in
            (name, runs.map { $0.words[name] ?? "–" })
        }.filter { Set($0.1).count > 1 }
        values.append(("state", runs.map(\.state.rawValue)))
        values.append(("judged by", runs.map { $0.objective?.title ?? "–" }))
        return Table(
            id: "settings", title: "Settings that differ",
            columns: [Column("setting", title: "Setting", role: .label)] + columns(.label),
            rows: values.map { name, values in
                Table.Row(
                    id: name, group: "", cells: [.text(name)] + values.map { .text($0) })
            })
    }

    private var metrics: Table {
        let rows = Set(runs.flatMap(\.values.keys)).sorted().map { key in
            let first = runs.first?.values[key]
            var cells: [Cell] = [.text(key)]
            cells += runs.map { run in
                run.values[key].map { .measured([Sample(run: run.id, value: $0)]) }
                    ?? Cell(.missing)
            }
            cells += runs.dropFirst().map { run in
                guard let value = run.values[key], let first, let base = runs.first else {
                    return Cell(.missing)
                }
                return Cell(.difference(value - first), runs: [base.id, run.id])
            }
            return Table.Row(id: key, group: "", cells: cells)
        }
        let differences = runs.dropFirst().map { run in
            Column(
                "difference-\(run.id)", title: "\(run.id) − \(runs[0].id)", decimals: 4)
        }
        var table = Table(
            id: "results", title: "Metrics",
            columns: [Column("metric", title: "Metric", role: .label)] + columns(.value)
                + differences, rows: rows)
        table.notes = [
            "A run's value is the last of its curve, of its objective's curve the best."
        ]
        return table
    }
}

extension RunObjective {
    /// By what a run is judged, in words: `lowest validation/loss`.
    var title: String { "\(direction == .lowerIsBetter ? "lowest" : "highest") \(key)" }
}
