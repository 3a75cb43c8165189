import RunStore

/// The store's tables and views with their columns, as `query --schema` prints them.
struct SchemaText {
    let text: String

    init(_ store: RunStore) throws {
        let result = try store.query(
            """
            SELECT m.type, m.name, group_concat(c.name, ', ')
            FROM sqlite_master m JOIN pragma_table_info(m.name) c
            WHERE m.type IN ('view', 'table') AND m.name NOT LIKE 'sqlite%'
                AND m.name NOT LIKE 'grdb%'
            GROUP BY m.name ORDER BY m.type DESC, m.name
            """)
        var lines: [String] = []
        var heading = ""
        for row in result.rows {
            let kind = row[0].text == "view" ? "Views (the vocabulary)" : "Tables"
            if kind != heading {
                if !heading.isEmpty { lines.append("") }
                lines.append(kind)
                heading = kind
            }
            lines.append("  \(row[1].text ?? "")(\(row[2].text ?? ""))")
        }
        lines += ["", "docs/store.md explains them, with example queries."]
        text = lines.map { $0 + "\n" }.joined()
    }
}
