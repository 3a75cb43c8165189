import Reports
import RunStore

/// A query's answer in one of the forms that `--format` offers.
struct ResultPrinter {
    /// The forms.
    enum Format: String, CaseIterable {
        case table, csv, json, jsonl, markdown

        /// Whether people read it, so that long answers are paged.
        var isForPeople: Bool { self == .table || self == .markdown }
    }

    let format: Format

    /// The answer, or a part of it, as text that ends with a newline.
    func text(_ result: QueryResult, isFirst: Bool = true, isLast: Bool = true) -> String {
        switch format {
        case .table: table(result)
        case .csv: csv(result, hasHead: isFirst)
        case .json: json(result, isFirst: isFirst, isLast: isLast)
        case .jsonl: objects(result).map { $0 + "\n" }.joined()
        case .markdown: markdown(result)
        }
    }

    // MARK: Forms

    private func table(_ result: QueryResult) -> String {
        let rows = result.rows.map { $0.map(Self.shortText) }
        let widths = result.columns.indices.map { column in
            max(result.columns[column].count, rows.map { $0[column].count }.max() ?? 0)
        }
        let isNumber = result.columns.indices.map { column in
            result.rows.contains { $0[column].number != nil }
                && result.rows.allSatisfy { $0[column].number != nil || $0[column] == .null }
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells.indices, cells).map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return isNumber[column] ? padding + cell : cell + padding
            }
            var text = padded.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
        return line(result.columns) + rule + rows.map(line).joined()
    }

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
        let names = result.columns.map { ConfigurationValue.text($0).canonicalJSON }
        return result.rows.map { row in
            let members = zip(names, row).map { "\($0):\(Self.json($1))" }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    private func markdown(_ result: QueryResult) -> String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }
        return line(result.columns) + line(result.columns.map { _ in "---" })
            + result.rows.map { line($0.map(Self.shortText)) }.joined()
    }

    // MARK: Values

    /// For people: six significant digits, a dash for NULL.
    static func shortText(_ value: QueryValue) -> String {
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
        case .text, .blob: ConfigurationValue.text(fullText(value)).canonicalJSON
        }
    }
}
