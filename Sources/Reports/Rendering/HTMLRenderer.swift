internal import Foundation

/// Writes a report as one self-contained page: no script, style, font or picture from elsewhere.
struct HTMLRenderer {
    /// The blocks of a report, for a page that has a head of its own.
    func body(of document: ReportDocument) -> String {
        var body: [String] = []
        for block in document.blocks {
            switch block {
            case .paragraph(let text): body.append("<p>\(SVG.escape(text))</p>")
            case .list(let title, let items):
                let lines = items.map { "<li>\(SVG.escape($0))</li>" }.joined(separator: "\n")
                body.append("<p>\(SVG.escape(title))</p>\n<ul>\n\(lines)\n</ul>")
            case .table(let table): body.append(section(table))
            case .figure(let figure): body.append(self.figure(figure))
            }
        }
        return body.joined(separator: "\n")
    }

    func render(_ document: ReportDocument) -> String {
        let title = SVG.escape(document.title)
        let facts = document.provenance.map {
            "<tr><th scope=\"row\">\(SVG.escape($0.name))</th><td>\(SVG.escape($0.value))</td></tr>"
        }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="lightbox report \(SVG.escape(document.name))">
            <title>\(title)</title>
            <style>
            \(HTMLPage.style)
            </style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            <details><summary>Where these numbers come from</summary>
            <table class="facts"><tbody>
            \(facts)
            </tbody></table>
            </details>
            \(body(of: document))
            </main>
            <script>
            \(HTMLPage.script)
            </script>
            </body>
            </html>

            """
    }

    private func section(_ table: Table) -> String {
        let notes = table.notes.map { "<li>\(SVG.escape($0))</li>" }.joined(separator: "\n")
        let list = notes.isEmpty ? "" : "<ul class=\"notes\">\n\(notes)\n</ul>\n"
        guard !table.rows.isEmpty else {
            return
                "<section>\n<h2>\(SVG.escape(table.title))</h2>\n<p>No runs match.</p>\n\(list)</section>"
        }
        return """
            <section id="\(SVG.escape(table.id))">
            <h2>\(SVG.escape(table.title))</h2>
            <div class="scroll">
            <table class="data">
            <thead>
            \(headings(of: table))
            </thead>
            <tbody>
            \(rows(of: table).joined(separator: "\n"))
            </tbody>
            </table>
            </div>
            \(list)</section>
            """
    }

    private func headings(of table: Table) -> String {
        let columns = table.columns
        let plain = columns.map { column in
            "<th scope=\"col\"\(column.role == .label ? "" : " class=\"number\"")>"
                + "<button type=\"button\">\(SVG.escape(column.heading))</button></th>"
        }.joined()
        guard columns.contains(where: { $0.block != nil }) else { return "<tr>\(plain)</tr>" }
        var spans = ""
        var start = 0
        while start < columns.count {
            var end = start + 1
            while end < columns.count, columns[end].block == columns[start].block { end += 1 }
            let name = SVG.escape(columns[start].block ?? "")
            spans += "<th colspan=\"\(end - start)\" class=\"block\">\(name)</th>"
            start = end
        }
        return "<tr>\(spans)</tr>\n<tr>\(plain)</tr>"
    }

    private func rows(of table: Table) -> [String] {
        table.rows.enumerated().map { index, row in
            var classes: [String] = []
            if row.source != .ours { classes.append("quoted") }
            if index > 0, table.rows[index - 1].group != row.group { classes.append("rule") }
            let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
            let cells = zip(row.cells, table.columns).map { html(of: $0, in: $1) }.joined()
            return "<tr\(attribute)>\(cells)</tr>"
        }
    }

    private func html(of cell: Cell, in column: Column) -> String {
        var text = SVG.escape(CellText.plain(cell, in: column))
        if cell.isBest { text = "<strong>\(text)</strong>" }
        if !cell.marks.isEmpty { text += "<sup>\(SVG.escape(cell.marks.joined()))</sup>" }
        var attributes = column.role == .label ? "" : " class=\"number\""
        if let number = cell.number {
            attributes += " data-value=\"\(NumberFormat.exact(number))\""
        }
        if !cell.runs.isEmpty {
            attributes +=
                " title=\"\(cell.runs.count == 1 ? "run" : "runs") "
                + "\(NumberFormat.ranges(cell.runs))\""
        }
        return "<td\(attributes)>\(text)</td>"
    }

    private func figure(_ figure: Figure) -> String {
        let picture: String
        switch figure.content {
        case .svg(let text): picture = text
        case .png(let data):
            picture =
                "<img alt=\"\(SVG.escape(figure.title))\" "
                + "src=\"data:image/png;base64,\(data.base64EncodedString())\">\n"
        }
        return """
            <figure id="\(SVG.escape(figure.id))">
            \(picture)<figcaption>\(SVG.escape(figure.title))</figcaption>
            </figure>
            """
    }
}

extension ReportDocument {
    /// The body as HTML, without a page around it.
    package var htmlBody: String { HTMLRenderer().body(of: self) }
}
