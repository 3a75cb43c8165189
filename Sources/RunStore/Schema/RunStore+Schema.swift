internal import GRDB

extension RunStore {
    /// Every view and table with its columns, types, meanings and units, as text for a terminal.
    public static func schemaText() throws -> String {
        try documented { table, columns in
            let names = columns.map(\.name.count).max() ?? 0
            let types = columns.map(\.type.count).max() ?? 0
            let lines = columns.map { column in
                "    " + column.name.padded(to: names) + "  "
                    + column.type.lowercased().padded(to: types) + "  " + column.text
            }
            return "\(table.name): \(table.text)\n" + lines.joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }

    /// Every view and table with its columns, types, meanings and units, as Markdown.
    public static func schemaMarkdown() throws -> String {
        try documented { table, columns in
            let lines = columns.map { "| `\($0.name)` | \($0.type.lowercased()) | \($0.text) |" }
            let head = ["### `\(table.name)`", "", table.text, "", "| column | type | meaning |"]
            return (head + ["|---|---|---|"] + lines).joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }

    private struct Column {
        let name: String, type: String, text: String
    }

    /// Joins the words of `SchemaDocument` with the types of a new store.
    private static func documented(
        _ render: (TableDocument, [Column]) -> String
    ) throws -> [String] {
        try StoreError.translating(path: ":memory:") {
            let queue = try DatabaseQueue()
            try Migrations.all.migrate(queue)
            return try queue.read { db in
                try (SchemaDocument.views + SchemaDocument.tables).map { table in
                    let rows = try StoreRow.fetchAll(
                        db, sql: "SELECT name, type FROM pragma_table_info(?)",
                        arguments: [table.name])
                    let types = Dictionary(
                        uniqueKeysWithValues: try rows.map {
                            (try $0[0] as String, try $0[1] as String)
                        })
                    return render(
                        table,
                        table.columns.map {
                            Column(
                                name: $0.name,
                                type: types[$0.name].flatMap { $0.isEmpty ? nil : $0 }
                                    ?? SchemaDocument.type(ofComputed: $0.name),
                                text: $0.text)
                        })
                }
            }
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
