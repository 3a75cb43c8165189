import Foundation
import Testing

/// Figures in documents are those of the files that they come from.
///
/// A table of figures has a comment above it: `<!-- figures: FILE … -->`, in whose rows its numbers stand
/// in the same order, or `<!-- typed: REASON -->` where no file of the repository has them. Figures in the text
/// of `reproduction.md` are those of the reports that their section links to, apart from the ones that a
/// comment `<!-- worked out: NUMBERS (HOW) -->` names.
@Suite struct DocumentFigureTests {
    /// A number as it is printed.
    private struct Figure {
        let value: Double
        let decimals: Int

        /// All numbers of a text that is no code.
        static func all(in text: some StringProtocol) -> [Figure] {
            let plain = String(text).replacing(#/`[^`]*`|\]\([^)]*\)/#, with: " ")
            return plain.matches(of: #/(?:\d+e-?\d+|\d+(?:\.(\d+))?)/#).compactMap { match in
                Double(String(match.0)).map { Figure(value: $0, decimals: match.1?.count ?? 0) }
            }
        }

        /// Whether this is `other`, printed with this one's decimals.
        func shows(_ other: Figure) -> Bool {
            abs(other.value - value) <= 0.5000001 * pow(10, -Double(decimals))
                && other.decimals >= decimals || other.value == value
        }
    }

    /// A table of a document.
    private struct Table {
        let rows: [Substring]
        /// The line above it that says something.
        let above: Substring

        /// Whether it is of figures: a row has two numbers with decimals.
        var hasFigures: Bool {
            rows.contains { Figure.all(in: $0).count { $0.decimals > 0 } > 1 }
        }

        static func all(in text: String) -> [Table] {
            var tables: [Table] = []
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            var start = 0
            while start < lines.count {
                let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.count
                if end - start > 2 {
                    let above = lines[..<start].last { !$0.isEmpty } ?? ""
                    tables.append(Table(rows: Array(lines[(start + 2)..<end]), above: above))
                }
                start = max(end, start + 1)
            }
            return tables
        }
    }

    /// Whether the numbers stand in this order among those of the other list.
    private func stands(_ figures: [Figure], in others: [Figure]) -> Bool {
        var rest = others[...]
        for figure in figures {
            guard let place = rest.firstIndex(where: figure.shows) else { return false }
            rest = rest[(place + 1)...]
        }
        return true
    }

    @Test func tablesAreThoseOfTheirFiles() throws {
        var sources = 0
        for path in try Repository.files(in: "docs").filter({ $0.hasSuffix(".md") }) + ["README.md"]
        {
            for table in Table.all(in: try Repository.text(path)) where table.hasFigures {
                if table.above.hasPrefix("<!-- typed: ") { continue }
                let files = try #require(
                    table.above.firstMatch(of: #/^<!-- figures: (.+) -->/#)?.1,
                    "\(path): \(table.rows[0]) does not say where it is from")
                sources += 1
                let known = try files.split(separator: " ").map(String.init).flatMap { file in
                    let text = try Repository.text(file)
                    // JSON has a number a line.
                    let lines = file.hasSuffix(".json") ? [text[...]] : text.split(separator: "\n")
                    return lines.map { Figure.all(in: $0) }
                }
                for row in table.rows {
                    let figures = Figure.all(in: row).filter { $0.decimals > 0 || $0.value < 1 }
                    #expect(known.contains { stands(figures, in: $0) }, "\(path): \(row)")
                }
            }
        }
        #expect(sources >= 5)
    }

    @Test func textOnReproductionIsThatOfTheReports() throws {
        var seen = 0
        for section in try Repository.text("docs/reproduction.md").components(separatedBy: "\n## ")
        {
            let links = section.matches(of: #/\]\(\.\.\/(results\/shipped\/[^)#]+\.md)\)/#)
            let reports = try Set(links.map { String($0.1) }).map(Repository.text)
            let workedOut = section.matches(of: #/<!-- worked out: ([^(]*)/#)
                .flatMap { Figure.all(in: $0.1) }
            let known = reports.flatMap { Figure.all(in: $0) } + workedOut
            let text = section.replacing(#/<!--[\s\S]*?-->/#, with: "")
            for figure in Figure.all(in: text) where figure.decimals >= 3 {
                seen += 1
                #expect(
                    known.contains(where: figure.shows),
                    "\(figure.value) in '\(section.prefix { $0 != "\n" })'")
            }
        }
        #expect(seen > 50)
    }
}
