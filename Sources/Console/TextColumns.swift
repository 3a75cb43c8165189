/// A table for a terminal that may be too narrow for it: the least needed columns go first, then
/// columns of text are cut, the widest first.
public struct TextColumns {
    /// One column.
    public struct Column {
        let title: String
        let texts: [String]
        let isNumber: Bool
        let keep: Int
        let least: Int
        let givesWay: Bool

        /// A column.
        ///
        /// - Parameters:
        ///   - isNumber: whether it is aligned on the right.
        ///   - keep: its rank; columns of low rank are left out first, of equal ones the last.
        ///   - least: columns of the terminal to which it may be cut; nil when it may not.
        ///   - givesWay: whether it is left out before any other column is left out or cut.
        public init(
            title: String, texts: [String], isNumber: Bool, keep: Int = 0, least: Int? = nil,
            givesWay: Bool = false
        ) {
            self.title = title
            self.texts = texts
            self.isNumber = isNumber
            self.keep = keep
            self.givesWay = givesWay
            let width = (texts + [title]).map(DisplayWidth.of).max() ?? 0
            self.width = width
            self.least = min(width, least ?? width)
        }

        let width: Int

        /// Whether any row has something to show.
        public var hasText: Bool { texts.contains { !$0.isEmpty } }
    }

    /// A table as it fits.
    public struct Fitted {
        /// The title line and the rows; none where there are no rows.
        public let lines: [String]
        /// Titles of the columns that had no room.
        public let leftOut: [String]
    }

    private static let gap = 2

    private let columns: [Column]
    private let hasRule: Bool

    /// A table of columns with equally many texts; `hasRule` draws a line below the titles.
    public init(_ columns: [Column], hasRule: Bool = false) {
        self.columns = columns
        self.hasRule = hasRule
    }

    /// The table within `limit` columns of a terminal, or whole where that is nil.
    public func fitted(within limit: Int?) -> Fitted {
        guard let rows = columns.first?.texts.count else { return Fitted(lines: [], leftOut: []) }
        let shown = shown(within: limit)
        let widths = widths(of: shown, within: limit)
        let texts = zip(shown, widths).map { DisplayWidth.cut(columns[$0].texts, to: $1) }
        func line(_ cells: [String]) -> String {
            var line = zip(cells, zip(shown, widths)).map { text, place in
                Self.fit(text, to: place.1, isNumber: columns[place.0].isNumber)
            }.joined(separator: String(repeating: " ", count: Self.gap))
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
        var lines = [line(shown.map { columns[$0].title })]
        if hasRule {
            lines.append(
                widths.map { String(repeating: "─", count: $0) }
                    .joined(separator: String(repeating: " ", count: Self.gap)))
        }
        for row in 0..<rows { lines.append(line(texts.map { $0[row] })) }
        let leftOut = columns.indices.filter { !shown.contains($0) }.map { columns[$0].title }
        return Fitted(lines: lines, leftOut: leftOut)
    }

    /// Indices of the columns that have room: those that give way only where all are whole, the
    /// others at their narrowest.
    private func shown(within limit: Int?) -> [Int] {
        var shown = Array(columns.indices)
        guard let limit else { return shown }
        func leaveOut(_ width: (Column) -> Int, among mayGo: (Column) -> Bool) {
            while shown.count > 1,
                shown.reduce(-Self.gap, { $0 + width(columns[$1]) + Self.gap }) > limit,
                let last = shown.indices.reversed().filter({ mayGo(columns[shown[$0]]) })
                    .min(by: { columns[shown[$0]].keep < columns[shown[$1]].keep })
            {
                shown.remove(at: last)
            }
        }
        leaveOut(\.width) { $0.givesWay }
        leaveOut(\.least) { _ in true }
        return shown
    }

    /// The widths of those columns, the widest cut until all fit.
    private func widths(of shown: [Int], within limit: Int?) -> [Int] {
        var widths = shown.map { columns[$0].width }
        guard let limit else { return widths }
        while widths.reduce(-Self.gap, { $0 + $1 + Self.gap }) > limit,
            let widest = widths.indices.filter({ widths[$0] > columns[shown[$0]].least })
                .max(by: { widths[$0] < widths[$1] })
        {
            widths[widest] -= 1
        }
        // A single column that is still too wide.
        if shown.count == 1 { widths[0] = min(widths[0], max(1, limit)) }
        return widths
    }

    private static func fit(_ text: String, to width: Int, isNumber: Bool) -> String {
        let text = DisplayWidth.cut(text, to: width)
        let space = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
        return isNumber ? space + text : text + space
    }
}
