internal import Foundation
internal import Reports
internal import RunStore

/// A box for SQL: the guard of `lightbox query`, and tighter limits.
struct QueryPage {
    let site: Site
    let parameters: HTTPRequest.Parameters
    /// Whether the question may be answered: only where somebody asked on this site.
    let mayAsk: Bool

    private static let mostRows = 1000
    /// Characters of an answer at most, about.
    private static let mostText = 2_000_000

    func page() throws -> Page {
        let text = parameters["sql"] ?? ""
        let form: Markup = """
            <form method="post" action="/sql" class="sql">
            <label for="sql">One SELECT over the runs; at most 1000 rows and \
            \(Words.number(site.parts.questionSeconds)) seconds.</label>
            <textarea id="sql" name="sql" rows="6" spellcheck="false">\(lines: text)</textarea>
            <p><button>Ask</button> <label>Chart <input name="x" size="12" placeholder="column" \
            value="\(parameters["x"] ?? "")"></label> <label>by <input name="y" size="12" \
            placeholder="column" value="\(parameters["y"] ?? "")"></label></p>
            </form>
            <details><summary>Views and their columns</summary>
            <pre tabindex="0">\(lines: try RunStore.schemaText())</pre></details>
            """
        return Page(
            "SQL", area: .sql,
            sections: [
                .init(name: "question", content: form),
                .init(name: "answer", content: text.isEmpty ? .empty : answer(text)),
            ])
    }

    private func answer(_ text: String) -> Markup {
        guard mayAsk else {
            return
                "<p>This question came with a link from elsewhere. Press Ask to have it answered.</p>"
        }
        do {
            let result = try ask(text)
            let columns = result.columns.enumerated().map { index, name in
                DataTable.Column(
                    "\(name)",
                    isNumber: result.rows.contains { $0[index].number != nil })
            }
            let rows = result.rows.map { $0.map { value -> Markup in "\(Words.value(value))" } }
            let cut: Markup =
                result.isTruncated ? "<p>More rows follow; these are the first.</p>" : .empty
            let table = DataTable(caption: "Answer", columns: columns, rows: rows).markup
            return """
                <p>\(result.rows.count == 1 ? "1 row" : "\(result.rows.count) rows")</p>
                \(chart(result))
                \(table)
                \(cut)
                """
        } catch {
            return "<p class=\"fault\" role=\"alert\">\("\(error)")</p>"
        }
    }

    /// The answer's first rows, as far as there is room.
    private func ask(_ text: String) throws -> QueryResult {
        var columns: [String] = []
        var rows: [[QueryValue]] = []
        var size = 0, isTruncated = false
        try site.storeForQuestions().query(
            text, limits: QueryLimits(seconds: site.parts.questionSeconds)
        ) {
            columns = $0
        } onRow: { row in
            size += row.reduce(0) { $0 + ($1.text?.utf8.count ?? 8) }
            guard rows.count < Self.mostRows, size < Self.mostText else {
                isTruncated = true
                return false
            }
            rows.append(row)
            return true
        }
        return QueryResult(columns: columns, rows: rows, isTruncated: isTruncated)
    }

    private func chart(_ result: QueryResult) -> Markup {
        guard let x = parameters["x"], let y = parameters["y"] else { return .empty }
        guard let first = result.columns.firstIndex(of: x),
            let second = result.columns.firstIndex(of: y)
        else {
            return """
                <p class="fault">The answer has no columns '\(x)' and '\(y)'; it has \
                \(result.columns.joined(separator: ", ")).</p>
                """
        }
        let points = result.rows.compactMap { row -> (Double, Double)? in
            guard let a = row[first].number, let b = row[second].number else { return nil }
            return (a, b)
        }
        guard !points.isEmpty else {
            return "<p class=\"fault\">Those columns hold no numbers.</p>"
        }
        let svg = ScatterFigure(xLabel: x, yLabel: y, points: points).svg()
        return "<figure>\(Markup.rendered(svg))<figcaption>\(y) by \(x)</figcaption></figure>"
    }
}
