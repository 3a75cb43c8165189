import Domain
import Foundation
import Testing

@testable import Reports

@Suite struct RenderingTests {
    /// Every kind of cell, and text that each format must make harmless.
    static var document: ReportDocument {
        let columns = [
            Column("model", title: "Model", role: .label), Column("n", title: "n", role: .count),
            Column("dice", title: "Dice", direction: .higherIsBetter, block: "A & B"),
            Column("hd", title: "HD", unit: "px", decimals: 2, block: "A & B"),
        ]
        var best = Cell.measured([Sample(run: 1, value: 0.95), Sample(run: 2, value: 0.96)])
        best.isBest = true
        best.marks = ["†"]
        var table = Table(
            id: "t", title: "Table | of 100 %", columns: columns,
            rows: [
                Table.Row(
                    id: "a", group: "x",
                    cells: [.text("a_b*c, \"d\""), Cell(.count(2)), best, Cell(.missing)]),
                Table.Row(
                    id: "a/published", group: "x", source: .published,
                    cells: [.text(""), .text(""), Cell(.published(0.99)), Cell(.published(3))]),
                Table.Row(
                    id: "a/difference", group: "x", source: .difference,
                    cells: [
                        .text(""), .text(""), Cell(.difference(-0.035)), Cell(.difference(0.00001)),
                    ]),
                Table.Row(
                    id: "b", group: "y",
                    cells: [
                        .text("b"), Cell(.count(1)), .measured([Sample(run: 7, value: 1)]),
                        Cell(.derived(-0.0001)),
                    ]),
            ])
        table.notes = ["Bold < best & first."]
        return ReportDocument(
            name: "demo", title: "Demo", provenance: [.init("CPU", "x_y")],
            blocks: [.table(table), .list(title: "Claims:", items: ["one"])])
    }

    @Test func markdown() throws {
        try Snapshot.check(Self.document.rendered(as: .markdown), "demo.md")
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
        ("a\r\nb", "\"a\r\nb\""), ("", ""),
        // A comma and a quote, each with a combining mark.
        (",\u{301}", "\",\u{301}\""), ("\"\u{5bf}", "\"\"\"\u{5bf}\""),
    ])
    func csvFields(field: String, expected: String) {
        #expect(Array(CSVField.quoted(field).utf8) == Array(expected.utf8))
    }

    @Test func csv() throws { try Snapshot.check(Self.document.rendered(as: .csv), "demo.csv") }

    @Test func latex() throws { try Snapshot.check(Self.document.rendered(as: .latex), "demo.tex") }

    @Test func markdownTablesAreAligned() {
        let lines = Self.document.rendered(as: .markdown).split(separator: "\n")
            .filter { $0.hasPrefix("| ") }
        let table = lines.prefix(6)
        #expect(Set(table.map(\.count)).count == 1)
    }

    @Test func numbers() {
        #expect(NumberFormat.fixed(-0.0001, decimals: 3) == "0.000")
        #expect(NumberFormat.signed(-0.0351, decimals: 3) == "−0.035")
        #expect(NumberFormat.signed(0.0001, decimals: 3) == "±0.000")
        #expect(NumberFormat.ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9, 10")
        #expect(NumberFormat.exact(0.1) == "0.1")
        #expect(NumberFormat.exact(.nan) == "")
    }
}

/// Compares text with a file under `Fixtures/`; `RECORD_SNAPSHOTS=1` rewrites it and fails.
enum Snapshot {
    static func check(
        _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let url = Fixtures.url(name)
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try text.write(to: url, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name)", sourceLocation: sourceLocation)
            return
        }
        let expected = try String(contentsOf: url, encoding: .utf8)
        #expect(text == expected, sourceLocation: sourceLocation)
    }
}
