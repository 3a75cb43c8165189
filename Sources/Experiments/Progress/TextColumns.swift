/// A table for a terminal that may be too narrow for it: the least needed columns go first, then
/// one column is cut.
struct TextColumns {
    struct Column {
        let title: String
        let texts: [String]
        let isNumber: Bool
        /// Columns of low rank are left out first.
        let keep: Int

        var width: Int { (texts + [title]).map(\.count).max() ?? 0 }
    }

    let columns: [Column]
    /// Index of the column that may be cut.
    let flexible: Int

    private static let gap = 2, narrowest = 8

    /// The title line and the rows; none where there are no rows.
    func lines(within limit: Int) -> [String] {
        guard let rows = columns.first?.texts.count, rows > 0 else { return [] }
        var shown = Array(columns.indices)
        func width(_ shown: [Int]) -> Int {
            shown.reduce(-Self.gap) { $0 + columns[$1].width + Self.gap }
        }
        // What the flexible column can give.
        let slack = max(0, columns[flexible].width - Self.narrowest)
        while shown.count > 2, width(shown) - slack > limit,
            let least = shown.filter({ $0 != flexible }).min(by: {
                columns[$0].keep < columns[$1].keep
            })
        {
            shown.removeAll { $0 == least }
        }
        let excess = max(0, width(shown) - limit)
        let room = max(1, columns[flexible].width - excess)
        return (-1..<rows).map { row in
            let texts = shown.map { index -> String in
                let column = columns[index]
                let text = row < 0 ? column.title : column.texts[row]
                return fit(
                    text, to: index == flexible ? room : column.width, isNumber: column.isNumber)
            }
            var line = texts.joined(separator: String(repeating: " ", count: Self.gap))
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    private func fit(_ text: String, to width: Int, isNumber: Bool) -> String {
        if text.count > width { return text.prefix(max(0, width - 1)) + "…" }
        let space = String(repeating: " ", count: width - text.count)
        return isNumber ? space + text : text + space
    }
}
