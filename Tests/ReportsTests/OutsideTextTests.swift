import Foundation
import Testing

@testable import Reports

/// Names from a store in reports: shown in every format, never markup.
@Suite struct OutsideTextTests {
    private static let names = [
        "\"><script>alert(1)</script>", "a|b\n# head\n- item", "\\input{/etc/passwd}%&_$^~{}",
        "<\u{301}img src=x onerror=alert(2)>", "\"\u{338} onload=\"x", "`code` ``two``",
        "\u{1B}[2J\u{202E}\u{9B}m\r", "[link](x) ![i](y)", "*a* #b", "50%",
    ]

    private func document(_ name: String) -> ReportDocument {
        var table = Table(
            id: name, title: name,
            columns: [
                Column(name, title: name, role: .label, block: name), Column("d", title: "D"),
            ],
            rows: [
                Table.Row(
                    id: name, group: "",
                    cells: [.text(name), .measured([Sample(run: 1, value: 1)])])
            ])
        table.notes = [name]
        let figures = [
            Figure(id: name, title: name, content: .png(Data([1]))),
            Figure(id: name, title: name, content: .svg(svg(name))),
        ]
        return ReportDocument(
            name: "sweep", title: name, provenance: [.init(name, name)],
            blocks: [.paragraph(name), .list(title: name, items: [name]), .table(table)]
                + figures.map { .figure($0) })
    }

    private func svg(_ name: String) -> String {
        var svg = SVG(width: 10, height: 10)
        svg.text(name, x: 0, y: 0)
        svg.slanted(name, x: 0, y: 0)
        return svg.document(title: name)
    }

    @Test(arguments: names)
    func nothingIsSent(name: String) {
        for format in [ReportFormat.markdown, .html, .latex] {
            let text = document(name).rendered(as: format)
            #expect(
                !text.unicodeScalars.contains {
                    ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value)
                        || $0.value == 0x202E
                }, "\(format)")
            #expect(!text.contains("\n# head"), "\(format)")
            // Not even as code: some who show Markdown look for elements first.
            #expect(format == .latex || !text.contains("<script>alert"), "\(format)")
        }
    }

    @Test(arguments: names)
    func pagesAndFiguresAreWellFormed(name: String) throws {
        let page = document(name).rendered(as: .html)
        #expect(!page.contains("<script>alert"))
        let scalars = Array(page.unicodeScalars)
        // Besides the page's own, no element begins.
        for (index, scalar) in scalars.enumerated() where scalar == "<" {
            let next = scalars[index + 1]
            #expect(next == "/" || next == "!" || next.properties.isAlphabetic)
        }
        #expect(XMLCheck().isWellFormed(svg(name)), "\(svg(name))")
    }

    @Test(arguments: names)
    func markdownHasOneTableAndItsLinksLeadToTheFiles(name: String) throws {
        let url = URL(fileURLWithPath: "/tmp/\(name.filter { $0 != "/" }).md")
        let file = ReportFile(document(name), at: url)
        let contents = file.contents()
        let text = String(decoding: contents[0].data, as: UTF8.self)
        let addresses = text.matches(of: /\n!\[.*\]\((.*)\)\n/).map { String($0.1) }
        #expect(addresses.count == 2)
        for (address, picture) in zip(addresses, contents.dropFirst()) {
            #expect(address.allSatisfy { $0.isLetter || $0.isNumber || "-._%".contains($0) })
            #expect(address.removingPercentEncoding.map { "/tmp/" + $0 } == picture.url.path)
        }
        let cells = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
        #expect(cells.count == 3)
        // In a code span nothing is markup.
        let markup = text.replacing(/`[^`\n]*`/, with: "")
        #expect(!markup.contains("<script>") && !markup.contains("<img"))
    }

    @Test(arguments: names)
    func latexHasNoCommandsOfTheirs(name: String) {
        let text = document(name).rendered(as: .latex)
        for line in text.split(separator: "\n") where !line.hasPrefix("%") {
            // A % that begins a comment would swallow the rest of the line.
            for (before, sign) in zip(" " + line, line.dropLast()) where sign == "%" {
                #expect(before == "\\", "\(line)")
            }
            #expect(!line.contains("\\input"))
            #expect(!line.hasPrefix("[") && !line.hasPrefix("*"))
        }
        let labels = text.matches(of: /\\label\{(.*)\}/).map { String($0.1) }
        #expect(labels.count == 2)
        let isSafe = { (sign: Character) in sign.isLetter || sign.isNumber || "-:._".contains(sign)
        }
        #expect(labels.allSatisfy { $0.allSatisfy(isSafe) })
    }

    @Test func filesOfPicturesSurviveLaTeX() {
        #expect(
            LaTeXText.fileName("a 50%#{}\\~.png")
                == "a 50\\csname @percentchar\\endcsname \\string#\\csname @charlb\\endcsname "
                + "\\csname @charrb\\endcsname \\csname @backslashchar\\endcsname \\string~.png")
    }
}

/// Whether brackets and entities of an SVG document are as XML wants them.
private struct XMLCheck {
    func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            let between = rest[..<start]
            if between.contains(">") { return false }
            guard let end = rest[start...].firstIndex(of: ">") else { return false }
            let tag = rest[rest.index(after: start)..<end]
            if tag.contains("<") || tag.filter({ $0 == "\"" }).count % 2 == 1 { return false }
            let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(name)
            }
            rest = rest[rest.index(after: end)...]
        }
        return open.isEmpty && text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" }
    }
}
