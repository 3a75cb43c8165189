/// A table of a page: one head, rows of cells.
struct DataTable {
    /// One column.
    struct Column {
        let heading: Markup
        var isNumber = false
        /// `ascending` or `descending` where the rows are in this column's order.
        var order: String?

        init(_ heading: Markup, isNumber: Bool = false, order: String? = nil) {
            self.heading = heading
            self.isNumber = isNumber
            self.order = order
        }
    }

    /// What the table shows, for people who hear it.
    let caption: String
    let columns: [Column]
    let rows: [[Markup]]

    /// The table, in a frame that scrolls sideways where it is too wide.
    var markup: Markup {
        let head = columns.map { column -> Markup in
            let kind: Markup = column.isNumber ? " class=\"number\"" : ""
            let sort: Markup = column.order.map { " aria-sort=\"\($0)\"" } ?? ""
            return "<th scope=\"col\"\(kind)\(sort)>\(column.heading)</th>"
        }
        let body = rows.map { row -> Markup in
            let cells = zip(columns, row).map { column, cell -> Markup in
                column.isNumber ? "<td class=\"number\">\(cell)</td>" : "<td>\(cell)</td>"
            }
            return "<tr>\(Markup.join(cells, separator: ""))</tr>"
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)">
            <table class="data">
            <caption class="hidden">\(caption)</caption>
            <thead><tr>\(Markup.join(head, separator: ""))</tr></thead>
            <tbody>
            \(body)
            </tbody>
            </table>
            </div>
            """
    }
}
