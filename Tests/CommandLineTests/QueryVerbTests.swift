import Foundation
import RunStore
import Testing

/// `lightbox query` within limits of time and memory, row by row.
@Suite struct QueryVerbTests {
    let program: Program

    init() throws {
        program = try Program()
        try RunStore(at: program.folder.appendingPathComponent("s.db")).close()
    }

    private func query(_ arguments: String...) throws -> Program.Ending {
        try program.run(["query", "--store", "s.db"] + arguments)
    }

    private static func numbers(_ count: Int) -> String {
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < \(count)) "
    }

    private static let endless =
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "

    @Test(arguments: [0, 1, 499, 500, 501, 1000, 25_000])
    func answersComeInPartsAndWhole(_ count: Int) throws {
        let sql = Self.numbers(max(1, count)) + "SELECT n, 'x' AS y FROM c WHERE \(count) > 0"
        let csv = try query("--format", "csv", sql)
        let lines = csv.output.split(separator: "\n")
        #expect(lines == (["n,y"] + (0..<count).map { "\($0 + 1),x" }).map { $0[...] })
        let json = try query("--format", "json", sql)
        let rows =
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
        #expect(rows?.count == count)
        #expect(rows?.last?["n"] as? Int == (count > 0 ? count : nil))
        let objects = try query("--format", "jsonl", sql).output.split(separator: "\n")
        #expect(objects.count == count)
        let table = try query(sql).output.split(separator: "\n")
        let parts = max(1, (count + 9_999) / 10_000)
        #expect(table.count == count + 2 * parts)
    }

    @Test func limitsCutAnswersOfAnySize() throws {
        let ending = try query(
            "--format", "csv", "--limit", "700", Self.endless + "SELECT n FROM c")
        #expect(ending.status == 0)
        #expect(ending.output.split(separator: "\n").count == 701)
        #expect(ending.errors.contains("--limit stopped at 700"))
    }

    /// Aggregates, sorting, and calls of functions that SQLite itself cannot interrupt.
    @Test(arguments: [
        endless + "SELECT count(*) FROM c", endless + "SELECT median(n % 1000) FROM c",
        endless + "SELECT n FROM c ORDER BY n % 7919 LIMIT 1",
        endless + "SELECT max(percentile) FROM (SELECT percentile(n, 50) AS percentile FROM c)",
        """
        SELECT length(replace(printf('%.*c', 8000000, 'a'), printf('%.*c', 4000000, 'a') || 'b',
            'c'))
        """,
        "SELECT instr(printf('%.*c', 8000000, 'a'), printf('%.*c', 4000000, 'a') || 'b')",
    ])
    func theTimeIsKept(_ sql: String) throws {
        expectSentence(
            try query("--timeout", "0.3", sql), status: 65, "its time was up", "--timeout")
    }

    @Test(arguments: [
        "SELECT zeroblob(100000000)", "SELECT hex(zeroblob(10000000))",
        "SELECT replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000)))",
        numbers(30_000_000) + "SELECT group_concat(n) FROM c",
        endless + "SELECT median(n) FROM c", endless + "SELECT n FROM c ORDER BY -n",
        endless + "SELECT DISTINCT n FROM c", endless + "SELECT json_group_array(n) FROM c",
        endless + ", t AS MATERIALIZED (SELECT * FROM c) SELECT count(*) FROM t a, t b",
    ])
    func theMemoryIsKept(_ sql: String) throws {
        let ending = try query("--memory", "64", "--timeout", "0", sql)
        #expect(ending.status == 65)
        #expect(ending.errors.contains("--memory"), "\(ending)")
    }

    @Test func limitsCanBeRaised() throws {
        let sql = "SELECT length(hex(zeroblob(10000000))) AS n"
        #expect(try query("--format", "csv", "--memory", "2048", sql).output == "n\n20000000\n")
        for option in ["--memory=1", "--timeout=-1"] {
            let ending = try query(option, "SELECT 1")
            #expect(ending.status == 64 && ending.errors.contains("expected"), "\(ending)")
        }
    }

    /// Conditions of other verbs are queries too, and cannot do more.
    @Test(arguments: ["1=1) UNION SELECT 1 --", "1; DROP TABLE run", "load_extension('x')"])
    func conditionsStayConditions(_ condition: String) throws {
        #expect(try program.run("runs", "--store", "s.db", "--where", condition).status != 0)
        #expect(
            try program.run("delete", "--yes", "--store", "s.db", "--where", condition).status != 0)
    }
}
