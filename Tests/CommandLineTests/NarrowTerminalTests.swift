import Domain
import Foundation
import RunStore
import Testing

/// What people read on terminals of every width, and what scripts get instead.
@Suite struct NarrowTerminalTests {
    private func program() throws -> Program {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        return program
    }

    private func lines(
        _ words: [String], in program: Program, columns: Int
    ) throws -> (lines: [String], status: Int?) {
        let session = try TerminalSession(
            ["lightbox"] + words, in: program.folder, columns: columns, rows: 200,
            environment: ["PAGER": ""])
        let status = try session.end()
        // As it was sent: what the terminal itself breaks is no line of ours.
        let text = String(decoding: session.bytes, as: UTF8.self)
            .replacing("\r\u{1B}[K", with: "").replacing("\r\n", with: "\n")
        let own = text.split(separator: "[ended ").first ?? ""
        return (own.split(separator: "\n").map(String.init), status)
    }

    /// Verbs whose sentences are longer than a narrow terminal.
    private static let sentences: [[String]] = [
        [], ["report", "--list"], ["data", "check", "folder:nothing-of-that-name"],
        ["show", "1", "--store", "no-store-of-that-name.db"], ["sweep", "no-such-file.yaml"],
        ["runs", "--where", "modell = 'unet'", "--store", "s.db"], ["query", "--schema"],
    ]

    @Test(arguments: sentences, [60, 80, 140])
    func wordsAreWhole(words: [String], columns: Int) throws {
        let program = try program()
        let plain = try program.run(words)
        let seen = try lines(words, in: program, columns: columns)
        #expect(seen.status == Int(plain.status))
        let all = plain.output + plain.errors
        #expect(
            seen.lines.joined(separator: " ").split(separator: " ")
                == all.split(whereSeparator: \.isWhitespace), "nothing is lost or cut")
        for line in seen.lines where line.count > columns {
            // A path or a digest that no line holds.
            #expect(line.split(separator: " ").count == 1, "\(line)")
        }
        if let verb = words.first, plain.status != 0 {
            #expect(plain.errors.split(separator: "\n").count == 1, "scripts get a line: \(verb)")
        }
    }

    @Test func reportsAreTextOnATerminalAndMarkdownElsewhere() throws {
        let program = try program()
        let words = ["report", "sweep", "--store", "s.db"]
        let file = try program.run(words).output
        #expect(file.contains("| ") && file.contains("<details>"))
        for columns in [60, 80, 140] {
            let seen = try lines(words, in: program, columns: columns)
            #expect(seen.status == 0)
            let text = seen.lines.joined(separator: "\n")
            #expect(!text.contains("<") && !text.contains("| ") && !text.contains("&"))
            #expect(text.contains("Runs behind each row:"))
            #expect(seen.lines.allSatisfy { $0.count <= columns })
        }
        let wide = try lines(words + ["--wide"], in: program, columns: 60)
        #expect(!wide.lines.contains { $0.contains("not shown:") })
        let asked = try lines(words + ["--format", "markdown"], in: program, columns: 300)
        #expect(asked.lines.contains { $0.hasPrefix("| ") })
    }

    @Test func numbersStandBelowEachOther() throws {
        let program = try program()
        func column(_ values: String...) throws -> [String] {
            let select = values.map { "SELECT \($0) AS x" }.joined(separator: " UNION ALL ")
            return try program.run("query", select, "--store", "s.db").output
                .split(separator: "\n").dropFirst(2).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(try column("0.98538", "0.985381") == ["0.985380", "0.985381"])
        #expect(try column("0.0927666", "0.21088823", "NULL") == ["0.092767", "0.210888", "–"])
        #expect(try column("51.0", "51.2") == ["51.0", "51.2"])
        #expect(try column("100.0", "10.0", "3") == ["100", "10", "3"])
        #expect(try column("0.001", "3.2e-05") == ["0.001000", "0.000032"])
        #expect(try column("250000.0", "3.21e-05") == ["250000", "3.21e-05"], "nothing is lost")
    }

    @Test func whatTellsRunsApartIsKept() throws {
        let program = try program()
        let store = try RunStore(at: program.folder.appendingPathComponent("s.db"))
        let other = LoggedRun(
            source: "log", id: "a", name: "a run of another program",
            objective: RunObjective(split: "", name: "val_loss", direction: .lowerIsBetter))
        let lease = try store.begin(other, for: Worker(), version: "0")
        try lease.log([LoggedPoint(name: "val_loss", axis: .step, position: 1, value: 0.5)])
        try lease.finish(RunSummary(seconds: 2))
        try store.close()
        for columns in [60, 80, 140] {
            let head = try lines(["runs", "--store", "s.db"], in: program, columns: columns).lines[
                0]
            let titles = head.split(separator: " ").map(String.init)
            #expect(titles.starts(with: ["run", "state"]), "\(head)")
            #expect(columns < 80 || titles.contains("seed") && titles.contains("labels"), "\(head)")
        }
        // Without runs of other programs nothing is said of names and objectives.
        let cells = ["runs", "--where", "kind = 'cell'", "--store", "s.db"]
        let plain = try program.run(cells).output
        for title in ["name", "objective", "best value"] { #expect(!plain.contains(title)) }
        let csv = try program.run(cells + ["--format", "csv"]).output
        #expect(csv.hasPrefix("run,state,name,objective,best value,dataset,"))
        let query = ["query", "SELECT * FROM run_overview", "--store", "s.db"]
        let head = try lines(query, in: program, columns: 80).lines[0]
        #expect(head.contains("test_dice"), "\(head)")
    }
}
