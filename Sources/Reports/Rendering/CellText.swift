internal import Statistics

/// A cell as text for people, before a format adds its own markup.
enum CellText {
    /// What the cell shows, without bold and marks: `0.955 ± 0.003`, `+0.012`, `–`.
    static func plain(_ cell: Cell, in column: Column) -> String {
        switch cell.content {
        case .text(let text): return text
        case .count(let count): return String(count)
        case .missing: return "–"
        case .derived(let value) where column.role == .pValue:
            return NumberFormat.pValue(value, decimals: column.decimals)
        case .published(let value), .derived(let value):
            return NumberFormat.fixed(value, decimals: column.decimals)
        case .difference(let value):
            return NumberFormat.signed(value, decimals: column.decimals)
        case .measured:
            guard let summary = cell.summary else { return "–" }
            let mean = NumberFormat.fixed(summary.mean, decimals: column.decimals)
            guard let sd = summary.sd else { return mean }
            return mean + " ± " + NumberFormat.fixed(sd, decimals: column.decimals)
        }
    }
}
