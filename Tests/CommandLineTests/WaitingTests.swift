import Foundation
import GRDB
import Testing

/// A store that somebody else has locked is waited for, and that is said.
@Suite struct WaitingTests {
    @Test func whoWaitsSaysSo() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        let queue = try DatabaseQueue(
            path: program.folder.appendingPathComponent("s.db").path)
        let errors = program.folder.appendingPathComponent("errors")
        func said() -> String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }
        let word = "s.db', which another process has locked"
        let process = try queue.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            defer { try? db.execute(sql: "ROLLBACK") }
            let process = try program.start(
                ["delete", "1", "--yes", "--store", "s.db"], errors: errors)
            while process.isRunning, !said().contains(word) { usleep(20_000) }
            #expect(process.isRunning)
            return process
        }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(said().components(separatedBy: word).count == 2)
    }

    /// Conditions have the limits of `query`.
    @Test func aHeavyConditionHasAnEnd() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        let heavy = """
            (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n) > 0
            """
        for verb in ["runs", "delete"] {
            let ending = try program.run(
                verb, "--where", heavy, "--timeout", "0.2", "--store", "s.db")
            expectSentence(ending, status: 65, "its time was up")
            let odd = try program.run(
                verb, "--where", "1", "--timeout=-1", "--store", "s.db")
            #expect(odd.status == 64 && odd.errors.contains("--timeout is -1.0"))
        }
        for limit in ["-1", "-100"] {
            let ending = try program.run("runs", "--limit=\(limit)", "--store", "s.db")
            #expect(ending.status == 64 && ending.errors.contains("--limit is \(limit)"))
        }
        #expect(try program.run("runs", "--limit", "0", "--store", "s.db").status == 0)
    }
}
