internal import Foundation
internal import Reports
internal import RunStore

/// A box for SQL: the guard of `lightbox query`, and tighter limits.
struct QueryPage {
    let site: Site
    let parameters: HTTPRequest.Parameters
    /// Whether the question may be answered: only where somebody asked on this site.
    let mayAsk: Bool

    private static let limits = QueryLimits(rows: 1000, seconds: 10)

    func page() -> Page {
        let text = parameters["sql"] ?? ""
        let form: Markup = """
            <form method="post" action="/sql" class="sql">
            <label for="sql">One SELECT over the runs; at most 1000 rows and 10 seconds.</label>
            <textarea id="sql" name="sql" rows="6" spellcheck="false">\(lines: text)</textarea>
            <p><button>Ask</button> <label>Chart <input name="x" size="12" placeholder="column" \
            value="\(parameters["x"] ?? "")"></label> <label>by <input name="y" size="12" \
            placeholder="column" value="\(parameters["y"] ?? "")"></label></p>
            </form>
            <details><summary>Views and their columns</summary><pre>\(lines: RunStore.schemaText())</pre></details>
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
            return "<p>This question came with a link from elsewhere. Press Ask to have it answered.</p>"
        }
        do {
            let result = try site.storeForQuestions().query(text, limits: Self.limits)
            let columns = result.columns.enumerated().map { index, name in
                DataTable.Column(
                    "\(name)",
                    isNumber: result.rows.contains { $0[index].number != nil })
            }
            let rows = result.rows.map { $0.map { value -> Markup in "\(Words.value(value))" } }
            let cut: Markup =
                result.isTruncated ? "<p>More rows follow; these are the first 1000.</p>" : .empty
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
        guard !points.isEmpty else { return "<p class=\"fault\">Those columns hold no numbers.</p>" }
        let svg = ScatterFigure(xLabel: x, yLabel: y, points: points).svg()
        return "<figure>\(Markup.rendered(svg))<figcaption>\(y) by \(x)</figcaption></figure>"
    }
}
