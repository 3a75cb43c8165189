import Console
import Domain
import Foundation
import Reports
import RunStore
import Wording

/// A query's answer in one of the forms that `--format` offers.
struct ResultPrinter {
    /// The forms.
    enum Format: String, CaseIterable {
        case table, csv, json, jsonl, markdown

        /// Whether people read it, so that a pager may show it.
        var isForPeople: Bool { self == .table || self == .markdown }
    }

    let format: Format
    /// Columns of the terminal that a table has to fit into; nil where there is no end.
    var columns: Int?
    /// Rank of columns of a table by title; those of low rank are left out first, others go by
    /// their place: the last is left out first.
    var ranks: [String: Int] = [:]
    /// Titles of the columns that are left out before any other is left out or cut where they have one
    /// value in all rows. What was measured is none of them: whether it is alike is chance. Nil for
    /// every column that is empty or has one text.
    var spared: Set<String>? = []
    /// Titles of the columns that are left out before any other is left out or cut.
    var minor: Set<String> = []

    /// Prints the answer: forms for people through the pager, those for programs as they are.
    func show(_ result: QueryResult, _ page: PageOptions) throws {
        if format.isForPeople {
            try page.show(lines(result))
        } else {
            try Printer.standard.write(text(result))
        }
    }

    /// The answer, or a part of it, for people.
    func lines(_ result: QueryResult) -> [String] {
        format == .markdown ? markdown(result) : table(result)
    }

    /// The answer, or a part of it, for programs.
    func text(_ result: QueryResult, isFirst: Bool = true, isLast: Bool = true) -> String {
        switch format {
        case .json: json(result, isFirst: isFirst, isLast: isLast)
        case .jsonl: objects(result).map { $0 + "\n" }.joined()
        case .csv, .table, .markdown: csv(result, hasHead: isFirst)
        }
    }

    // MARK: Forms for people

    /// Lines of a table; one row that is too wide becomes a line a value.
    func table(_ result: QueryResult) -> [String] {
        let names = result.columns.map(VisibleText.line)
        let columns = names.indices.map { index in
            let values = result.rows.map { $0[index] }
            let isNumber =
                values.contains { $0.number != nil }
                && values.allSatisfy { $0.number != nil || $0 == .null }
            return TextColumns.Column(
                title: names[index], texts: Self.texts(of: values), isNumber: isNumber,
                keep: ranks[names[index]] ?? -index, least: isNumber ? nil : 10,
                givesWay: minor.contains(names[index])
                    || values.count > 1 && values.allSatisfy({ $0 == values[0] })
                        && (spared?.contains(names[index]) ?? (values[0].number == nil))
            )
        }
        let fitted = TextColumns(columns, hasRule: true).fitted(within: self.columns)
        guard !fitted.leftOut.isEmpty else { return fitted.lines }
        if result.rows.count == 1, let row = result.rows.first {
            return list(Array(zip(names, row.map(Self.shortText))))
        }
        let note = "not shown: "
        return fitted.lines
            + WrappedText.lines(
                note, fitted.leftOut.joined(separator: ", ") + " (--wide shows them)",
                within: self.columns)
    }

    /// A line a value, names on the left.
    func list(_ values: [(name: String, text: String)]) -> [String] {
        let width = (values.map { DisplayWidth.of($0.name) }.max() ?? 0) + 2
        return values.flatMap { name, text in
            let space = String(repeating: " ", count: width - DisplayWidth.of(name))
            return WrappedText.lines(name + space, text, within: columns)
        }
    }

    private func markdown(_ result: QueryResult) -> [String] {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let head = line(result.columns.map(MarkdownText.escaped))
        return [head, line(result.columns.map { _ in "---" })]
            + result.rows.map { line($0.map { MarkdownText.escaped(Self.text($0)) }) }
    }

    // MARK: Forms for programs

    private func csv(_ result: QueryResult, hasHead: Bool) -> String {
        let lines = (hasHead ? [result.columns] : []) + result.rows.map { $0.map(Self.fullText) }
        return lines.map { $0.map(CSVField.quoted).joined(separator: ",") + "\n" }.joined()
    }

    private func json(_ result: QueryResult, isFirst: Bool, isLast: Bool) -> String {
        let rows = objects(result).map { "  " + $0 }.joined(separator: ",\n")
        if rows.isEmpty { return isFirst ? "[]\n" : isLast ? "\n]\n" : "" }
        return (isFirst ? "[\n" : ",\n") + rows + (isLast ? "\n]\n" : "")
    }

    /// One JSON object a row.
    private func objects(_ result: QueryResult) -> [String] {
        let names = Self.keys(result.columns).map { JSONValue.text($0).canonicalJSON }
        return result.rows.map { row in
            let members = zip(names, row).map { "\($0):\(Self.json($1))" }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    /// The columns' names, each once: a name that was there before gets the next free number behind
    /// it, as in `id`, `id_2`.
    static func keys(_ columns: [String]) -> [String] {
        var taken = Set(columns)
        var seen: Set<String> = []
        return columns.map { name in
            if seen.insert(name).inserted { return name }
            let key = (2...).lazy.map { "\(name)_\($0)" }.first { !taken.contains($0) } ?? name
            taken.insert(key)
            return key
        }
    }

    // MARK: Values

    /// For people: six significant digits, a dash for NULL, every sign visible.
    static func shortText(_ value: QueryValue) -> String { VisibleText.line(text(value)) }

    /// Of one column, numbers with their points below each other.
    private static func texts(of values: [QueryValue]) -> [String] {
        var reals: [Double] = []
        for value in values where value != .null {
            // Values of different things, such as settings, have no decimals in common.
            guard case .real(let number) = value else { return values.map(shortText) }
            reals.append(number)
        }
        guard let texts = ResultNumber.aligned(reals) else { return values.map(shortText) }
        var aligned = texts.makeIterator()
        return values.map { $0 == .null ? shortText($0) : aligned.next() ?? "" }
    }

    private static func text(_ value: QueryValue) -> String {
        switch value {
        case .null: "–"
        case .real(let number): ResultNumber.short(number)
        default: fullText(value)
        }
    }

    /// For programs: every digit, nothing for NULL.
    private static func fullText(_ value: QueryValue) -> String {
        switch value {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .text(let text): text
        case .blob(let bytes): bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    private static func json(_ value: QueryValue) -> String {
        switch value {
        case .null: "null"
        case .integer(let number): String(number)
        case .real(let number): number.isFinite ? "\(number)" : "null"
        case .text, .blob: JSONValue.text(fullText(value)).canonicalJSON
        }
    }
}
