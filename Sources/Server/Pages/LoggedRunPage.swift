internal import Domain
internal import Reports
internal import RunStore

/// A run of another program, or an ensemble: how it is, its curves, what it measured on data sets,
/// settings, tags, notes and events.
struct LoggedRunPage {
    let site: Site
    let run: RunID
    let parameters: HTTPRequest.Parameters

    func page() throws -> Page {
        let store = try site.store()
        let tables: [(RunTable, String)] = [
            (.external, "Results on data sets"), (.settings, "Settings"), (.tags, "Tags"),
            (.curves, "Values"), (.notes, "Notes"),
            (.events, "Events"),
        ]
        return Page(
            "Run \(run)", area: .runs,
            sections: [
                .init(name: "facts", content: facts(try store.table(.overview, of: run))),
                try CurvesSection.page(of: run, in: store, site, parameters),
            ]
                + (try tables.map { table, title in
                    let answer = try store.table(table, of: run)
                    let content: Markup =
                        answer.rows.isEmpty
                        ? .empty
                        : "<h2>\(title)</h2>\n\(DataTable(caption: title, answer: answer).markup)"
                    return .init(name: table.rawValue, content: content)
                }))
    }

    /// What is known of it, a row each; what is not known is left out.
    private func facts(_ overview: QueryResult) -> Markup {
        guard let row = overview.rows.first else { return .empty }
        let rows = zip(overview.columns, row).filter { $0.1 != .null && $0.0 != "run" }
            .map { name, value -> Markup in
                let shown: Markup =
                    switch (name, value) {
                    case ("state", .text(let word)):
                        RunState(rawValue: word).map(Words.state) ?? "\(word)"
                    default: "\(Words.value(value))"
                    }
                let title = name.replacing("_", with: " ").capitalizedFirst
                return "<tr><th scope=\"row\">\(title)</th><td>\(shown)</td></tr>"
            }
        return """
            <table class="facts"><tbody>
            \(rows)
            </tbody></table>
            """
    }
}

extension String {
    /// The same with a capital first letter.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension DataTable {
    /// An answer as it is: numbers to the right where a column has some.
    init(
        caption: String, answer: QueryResult, _ cell: (Int, QueryValue) -> Markup? = { _, _ in nil }
    ) {
        self.init(
            caption: caption,
            columns: answer.columns.enumerated().map { index, name in
                Column("\(name)", isNumber: answer.rows.contains { $0[index].number != nil })
            },
            rows: answer.rows.map { row in
                row.enumerated().map { index, value in
                    cell(index, value) ?? "\(Words.value(value))"
                }
            })
    }
}
