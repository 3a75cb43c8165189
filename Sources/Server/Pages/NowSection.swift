internal import RunStore

/// What is at work, what waits, and what failed.
struct NowSection {
    let site: Site
    var experiment: String?

    func markup(in store: RunStore) throws -> Markup {
        let status = try store.status(experiment: experiment)
        let counts = RunState.allCases.compactMap { state -> Markup? in
            guard let count = status.counts[state], count > 0 else { return nil }
            let query = HTTPRequest.Parameters([("where", "state = '\(state.rawValue)'")])
                .with("experiment", experiment).query
            return "<li><a href=\"/\(query)\">\(count) \(Words.state(state))</a></li>"
        }
        return """
            <ul class="counts">\(counts)</ul>
            \(running(status))
            """
    }

    private func running(_ status: StoreStatus) -> Markup {
        guard !status.running.isEmpty else { return .empty }
        let vocabulary = site.parts.vocabulary
        let title = vocabulary.title(of: status.running.map(\.objective))
        let rows = status.running.prefix(50).map { run -> [Markup] in
            let done = run.progress.map { progress in
                (Double(progress.epoch) - 1 + Double(progress.step) / Double(max(1, progress.steps)))
                    / Double(max(1, run.epochs))
            }
            let left = done.flatMap { $0 > 0.01 ? run.seconds * (1 - $0) / $0 : nil }
            let label = run.progress.map { "epoch \($0.epoch)/\(run.epochs)" } ?? "begins"
            return [
                "<a href=\"/runs/\(run.run)\">\(run.run)</a>",
                Words.progress(done ?? 0, label),
                "\(left.map { "about " + Words.duration($0) } ?? "–")",
                "\(vocabulary.share(run.objectiveValue, by: run.objective, under: title))",
                """
                \(run.dataset) · \(run.model) · \(run.procedure) · \(run.loss) · \
                \(Words.number(run.labels)) % · seed \(String(run.seed))
                """,
                "\(run.host)",
            ]
        }
        let columns: [DataTable.Column] = [
            .init("Run"), .init("Progress"), .init("Left", isNumber: true),
            .init("Val. \(title)", isNumber: true), .init("Trains"), .init("Where"),
        ]
        let waiting: Markup =
            status.waiting > 0 ? "<p>\(status.waiting) more wait.</p>" : .empty
        return """
            <h2>At work</h2>
            \(DataTable(caption: "Runs at work", columns: columns, rows: Array(rows)).markup)
            \(waiting)
            """
    }
}
