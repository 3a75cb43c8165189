internal import Domain
internal import Foundation
internal import RunStore

/// The list of runs, with what is going on above it.
struct RunsPage {
    let site: Site
    let parameters: HTTPRequest.Parameters

    private static let pageSize = 100

    func page() throws -> Page {
        let store = try site.store()
        let request: RunList.Request
        do {
            request = try self.request(in: store)
            return Page(
                "Runs", area: .runs,
                sections: [
                    .init(name: "now", content: try NowSection(site: site).markup(in: store)),
                    .init(name: "filter", content: try form(store, fault: nil)),
                    .init(
                        name: "runs",
                        content: parameters["group"] == "seeds"
                            ? try groups(request, in: store) : try list(request, in: store)),
                    .init(name: "logged", content: try logged(request, in: store)),
                ])
        } catch let error as StoreError {
            return Page(
                "Runs", area: .runs,
                sections: [.init(name: "filter", content: try form(store, fault: "\(error)"))])
        }
    }

    private func request(in store: RunStore) throws -> RunList.Request {
        var request = RunList.Request()
        request.condition = try parameters["where"].map { try QueryCondition($0) }
        if let experiment = parameters["experiment"] {
            try store.requireExperiment(experiment)
            request.experiment = experiment
        }
        request.sort = parameters["sort"].flatMap(RunList.Column.init)
        request.isDescending = parameters["order"] != "up"
        request.limit = Self.pageSize
        request.offset = (pageNumber - 1) * Self.pageSize
        return request
    }

    private var pageNumber: Int {
        max(1, min(parameters["page"].flatMap { Int($0) } ?? 1, 1_000_000))
    }

    /// Filter, grouping: a form whose answer is the address, so that a view can be shared.
    private func form(_ store: RunStore, fault: String?) throws -> Markup {
        let experiments = try store.experiments().map { name -> Markup in
            let chosen: Markup = name == parameters["experiment"] ? " selected" : ""
            return "<option value=\"\(name)\"\(chosen)>\(name)</option>"
        }
        let grouped: Markup = parameters["group"] == "seeds" ? " checked" : ""
        let problem: Markup = fault.map { "<p class=\"fault\" role=\"alert\">\($0)</p>" } ?? ""
        return """
            <form class="filter" method="get" action="/">
            <label>Condition <input name="where" value="\(parameters["where"] ?? "")" size="34" \
            placeholder="model = 'unet' AND test_dice > 0.9" autocomplete="off"></label>
            <label>Sweep <select name="experiment"><option value="">all</option>\(experiments)\
            </select></label>
            <label><input type="checkbox" name="group" value="seeds"\(grouped)> \
            mean ± sd over seeds</label>
            <button>Show</button>
            <a href="/">Reset</a>
            </form>
            \(problem)
            """
    }

    private func list(_ request: RunList.Request, in store: RunStore) throws -> Markup {
        let list = try store.runList(request)
        guard list.total > 0 else { return try none(request, in: store) }
        let settings = try site.varyingSettings(of: list.rows.map(\.run), in: store)
        let details = details(settings)
        let vocabulary = site.parts.vocabulary
        let title = vocabulary.title(of: list.rows.map(\.objective))
        let isWide = parameters["columns"] == "all" || list.rows.count == 1
        func values(_ detail: Detail) -> [String] { list.rows.map(detail.value) }
        let same = isWide ? [] : details.filter { Set(values($0)).count == 1 }
        let shown = details.filter { detail in !same.contains { $0.title == detail.title } }
        let columns =
            [
                heading("Run", .run), heading("State", .state), heading("Test \(title)", .test),
                heading("Val. \(title)", .validation),
            ]
            + shown.map { detail in
                detail.column.map { heading(detail.title, $0) }
                    ?? DataTable.Column("\(detail.title)")
            } + [heading("Time", .seconds)]
        let rows = list.rows.map { row -> [Markup] in
            let state: Markup =
                row.error.map { "\(Words.state(row.state)) <span class=\"why\">\($0)</span>" }
                ?? Words.state(row.state)
            return [
                """
                <label class="pick"><input type="checkbox" name="run" value="\(row.run)" form="pick" \
                aria-label="compare run \(row.run)"></label>\
                <a href="/runs/\(row.run)">\(row.run)</a>
                """,
                state, "\(vocabulary.share(row.testValue, by: row.objective, under: title))",
                "\(Words.share(row.objectiveValue))",
            ] + shown.map { "\($0.value(row))" } + ["\(Words.duration(row.seconds))"]
        }
        return """
            <form id="pick" method="get" action="/compare"><p>\(count(list.total)) \
            <button>Compare what is ticked</button></p></form>
            \(list.rows.first.map { sameNote(same, $0) } ?? "<p>This page of the list is empty.</p>")
            \(DataTable(caption: "Runs", columns: columns, rows: rows).markup)
            \(pages(of: list.total))
            """
    }

    /// A column that may be left out.
    private struct Detail {
        let title: String
        /// By which the list is sorted; nil where it cannot be.
        var column: RunList.Column?
        let value: (RunOverview) -> String
    }

    private func details(_ settings: [RunID: String]) -> [Detail] {
        [
            Detail(title: "Data set", column: .dataset) { $0.dataset },
            Detail(title: "Model", column: .model) { $0.model },
            Detail(title: "Procedure", column: .procedure) { $0.procedure },
            Detail(title: "Loss", column: .loss) { $0.loss },
            Detail(title: "Labels", column: .labels) { "\(Words.number($0.labels)) %" },
            Detail(title: "Seed", column: .seed) { String($0.seed) },
            Detail(title: "Settings") { settings[$0.run] ?? "" },
            Detail(title: "Epochs", column: .epochs) { row in
                row.epoch.map { "\($0)/\(row.epochs)" } ?? "\(row.epochs)"
            },
        ]
    }

    /// What is the same in every row stands above the table, so that the table is narrower.
    private func sameNote(_ same: [Detail], _ row: RunOverview) -> Markup {
        let words = same.map { (title: $0.title.lowercased(), value: $0.value(row)) }
            .filter { !$0.value.isEmpty }.map { "\($0.title) \($0.value)" }
        guard !words.isEmpty else { return .empty }
        return """
            <p class="same">All rows here: \(words.joined(separator: " · ")). \
            <a href="/\(parameters.with("columns", "all").query)">All columns</a></p>
            """
    }

    /// What is said where no cell matches: nothing where a run of another program does.
    private func none(_ request: RunList.Request, in store: RunStore) throws -> Markup {
        try store.loggedTable(request).rows.isEmpty ? "<p>No run matches.</p>" : .empty
    }

    /// The runs of other programs that match.
    private func logged(_ request: RunList.Request, in store: RunStore) throws -> Markup {
        let answer = try store.loggedTable(request)
        guard !answer.rows.isEmpty else { return .empty }
        let table = DataTable(caption: "Runs of other programs, and ensembles", answer: answer) {
            index, value in
            switch (index, value) {
            case (0, .integer(let run)): "<a href=\"/runs/\(run)\">\(run)</a>"
            case (1, .text(let word)): RunState(rawValue: word).map(Words.state)
            default: nil
            }
        }
        return """
            <h2>Runs of other programs, and ensembles</h2>
            \(table.markup)
            """
    }

    private func groups(_ request: RunList.Request, in store: RunStore) throws -> Markup {
        let groups = try store.runGroups(request)
        guard !groups.isEmpty else { return try none(request, in: store) }
        let settings = try site.varyingSettings(of: groups.map(\.run), in: store)
        let vocabulary = site.parts.vocabulary
        let title = vocabulary.title(of: groups.map(\.objective))
        let columns: [DataTable.Column] = [
            .init("Runs"), .init("Test \(title)", isNumber: true),
            .init("Val. \(title)", isNumber: true),
            .init("Data set"), .init("Model"), .init("Procedure"), .init("Loss"),
            .init("Labels", isNumber: true), .init("Settings"),
        ]
        let rows = groups.map { group -> [Markup] in
            let open = group.runs == group.completed ? "" : " (\(group.completed) completed)"
            return [
                "<a href=\"/runs/\(group.run)\">\(group.runs)</a>\(open)",
                """
                \(vocabulary.share(
                    group.testValue, group.testDeviation, by: group.objective, under: title))
                """,
                "\(Words.share(group.objectiveValue, group.objectiveDeviation))",
                "\(group.dataset)", "\(group.model)", "\(group.procedure)", "\(group.loss)",
                "\(Words.number(group.labels)) %", "\(settings[group.run] ?? "")",
            ]
        }
        return """
            <p>Runs that differ in the seed only are one row; ± is the sample standard deviation over \
            them.</p>
            \(DataTable(caption: "Groups of runs", columns: columns, rows: rows).markup)
            """
    }

    private func count(_ total: Int) -> String { total == 1 ? "1 run" : "\(total) runs" }

    /// A heading that sorts.
    private func heading(_ title: String, _ column: RunList.Column) -> DataTable.Column {
        let isChosen = (parameters["sort"] ?? "run") == column.rawValue
        let isDescending = parameters["order"] != "up"
        let next = parameters.with("page", nil).with("sort", column.rawValue)
            .with("order", isChosen && isDescending ? "up" : nil)
        let isNumber = ![.state, .dataset, .model, .procedure, .loss, .run].contains(column)
        return DataTable.Column(
            "<a href=\"/\(next.query)\">\(title)</a>", isNumber: isNumber,
            order: isChosen ? (isDescending ? "descending" : "ascending") : nil)
    }

    private func pages(of total: Int) -> Markup {
        let last = (total + Self.pageSize - 1) / Self.pageSize
        guard last > 1 else { return .empty }
        func link(_ number: Int, _ word: String) -> Markup {
            guard (1...last).contains(number), number != pageNumber else {
                return "<span>\(word)</span>"
            }
            return "<a href=\"/\(parameters.with("page", String(number)).query)\">\(word)</a>"
        }
        return """
            <nav class="pages" aria-label="Pages">\(link(1, "first")) \(link(pageNumber - 1, "before")) \
            <span>page \(pageNumber) of \(last)</span> \(link(pageNumber + 1, "next")) \
            \(link(last, "last"))</nav>
            """
    }
}

extension Site {
    /// The settings in which these runs differ, as text by run.
    func varyingSettings(of runs: [RunID], in store: RunStore) throws -> [RunID: String] {
        let values = try store.reportVaryingSettings(of: runs, defaults: parts.defaults)
        // What other columns tell, and what decides nothing.
        let hidden = RunningSettings.names.union(["epochs"])
        let names = values.keys.filter { !hidden.contains($0) }.sorted()
        return Dictionary(
            runs.map { run in
                (
                    run,
                    names.compactMap { name in values[name]?[run].map { "\(name) \($0)" } }
                        .joined(separator: ", ")
                )
            }, uniquingKeysWith: { first, _ in first })
    }
}
