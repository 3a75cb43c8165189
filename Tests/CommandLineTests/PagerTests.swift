import Foundation
import Testing

/// The pager on a terminal: it opens, scrolls and leaves, and the terminal is as it was.
@Suite struct PagerTests {
    static let sizes = [(60, 15), (80, 24), (140, 40)]

    /// A store with many rows to page through needs no training: a query makes them.
    private static let many = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
        SELECT i AS number, 'line ' || i AS text FROM n
        """

    private func program() throws -> Program {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        return program
    }

    private func pager(
        _ program: Program, size: (Int, Int) = (80, 24), _ environment: [String: String] = [:]
    ) throws -> TerminalSession {
        try TerminalSession(
            ["lightbox", "query", Self.many, "--store", "s.db"], in: program.folder,
            columns: size.0, rows: size.1, environment: environment)
    }

    @Test(arguments: sizes)
    func itOpensScrollsAndLeaves(columns: Int, rows: Int) throws {
        let session = try pager(try program(), size: (columns, rows))
        try session.wait(for: "line 5")
        #expect(session.screen.shown[0].hasSuffix("number  text"))
        session.type(" ")
        try session.wait(for: "line \(rows + 4)")
        try session.press("G", until: "line 300")
        session.type("q")
        #expect(try session.end() == 0)
    }

    @Test func aShortAnswerNeedsNoPager() throws {
        let session = try TerminalSession(
            ["lightbox", "query", "SELECT 1 AS one", "--store", "s.db"],
            in: try program().folder)
        #expect(try session.end() == 0)
        #expect(session.text == "one\n───\n  1")
    }

    @Test func leavingEarlyIsNoError() throws {
        let session = try pager(try program())
        try session.wait(for: "line 5")
        session.type("q")
        #expect(try session.end() == 0)
        #expect(!session.screen.text.contains("line 300"))
    }

    @Test func ctrlCIsThePagers() throws {
        let session = try pager(try program())
        try session.wait(for: "the prompt") { $0.shown.last == ":" }
        session.type("\u{3}")
        // It rings; what is typed before is thrown away with the signal.
        try session.wait(for: "the bell") { $0.bells > 0 }
        try session.press("G", until: "line 300")
        session.type("q")
        #expect(try session.end() == 0)
    }

    @Test func aRequestToEndLeavesTheTerminalInOrder() throws {
        for signal in [SIGTERM, SIGHUP] {
            let session = try pager(try program())
            try session.wait(for: "line 5")
            session.send(signal)
            #expect(try session.end() == 128 + Int(signal))
        }
    }

    @Test func aPagerThatDoesNotExistIsNamedAndNothingIsLost() throws {
        for name in ["no-such-pager -x", "no-such-pager | cat; exit 127", "false", "sh -c false"] {
            let session = try pager(try program(), ["PAGER": name])
            #expect(try session.end() == 0)
            #expect(session.text.contains("line 300"))
            #expect(session.text.contains("the pager '\(name)' does not work"))
        }
    }

    @Test func aPagerThatReadsNothingIsNoError() throws {
        for name in ["true", "head -3", "head -3 | cat"] {
            let session = try pager(try program(), ["PAGER": name])
            #expect(try session.end() == 0, "\(name): \(session.text)")
        }
    }

    @Test func noPagerIsWanted() throws {
        let program = try program()
        for environment in [["PAGER": ""], ["PAGER": "cat"], ["TERM": "dumb"]] {
            let session = try pager(program, environment)
            #expect(try session.end() == 0)
            #expect(session.text.contains("line 1\n") && session.text.contains("line 300"))
        }
        let session = try TerminalSession(
            ["lightbox", "query", Self.many, "--store", "s.db", "--no-pager"], in: program.folder)
        #expect(try session.end() == 0)
        #expect(session.text.contains("line 300"))
    }

    @Test func aTerminalOfASCIISeesNoOtherSign() throws {
        let session = try pager(try program(), ["LANG": "C"])
        try session.wait(for: "line 5")
        session.type("q")
        #expect(try session.end() == 0)
        #expect(session.bytes.allSatisfy { $0 < 0x80 })
        #expect(session.screen.text.contains("------  --------"))
    }

    @Test func theWindowMayChangeItsSize() throws {
        let session = try pager(try program())
        try session.wait(for: "the prompt") { $0.shown.last == ":" }
        session.resize(columns: 60, rows: 15)
        // A key that comes before the pager has drawn anew is lost to it.
        var looks = 0
        try session.wait(for: "the new picture") {
            looks += 1
            if looks % 40 == 0 { session.tellSizeAgain() }
            return $0.shown[0].hasSuffix("number  text") && $0.shown.last == ":"
        }
        try session.press("G", until: "line 300")
        session.type("q")
        #expect(try session.end() == 0)
    }
}
