import Foundation
import RunStore
import Testing

@Suite struct QueryTests {
    let folder: Folder
    let store: RunStore

    init() throws {
        folder = try Folder()
        store = try folder.store()
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
    }

    private func problem(
        _ sql: String, parameters: [String: QueryValue] = [:],
        limits: QueryLimits = QueryLimits()
    ) throws -> QueryProblem {
        let error = #expect(throws: StoreError.self) {
            try store.query(sql, parameters: parameters, limits: limits)
        }
        guard case .query(let problem) = try #require(error) else {
            Issue.record("\(String(describing: error))")
            return try #require(nil)
        }
        return problem
    }

    @Test func valuesKeepTheirTypes() throws {
        let answer = try store.query("SELECT 1 AS a, 2.5 AS b, 'x' AS c, NULL AS d, x'00ff' AS e")
        #expect(answer.columns == ["a", "b", "c", "d", "e"])
        #expect(answer.rows == [[.integer(1), .real(2.5), .text("x"), .null, .blob([0, 255])]])
        #expect(!answer.isTruncated)
    }

    @Test func parametersAreNamed() throws {
        let sql = "SELECT :a + @b, $c, :a"
        let values: [String: QueryValue] = [
            "a": .integer(1), "b": .real(0.5), "c": .text("x'; DROP TABLE run"),
        ]
        #expect(
            try store.query(sql, parameters: values).rows
                == [[.real(1.5), .text("x'; DROP TABLE run"), .integer(1)]])
    }

    @Test func missingAndUnknownParametersAreNamed() throws {
        let missing = try problem("SELECT :model", parameters: ["modle": .text("unet")])
        #expect(missing.description.contains("':model' has no value"))
        #expect(missing.nearest == "modle")
        let extra = try problem("SELECT 1", parameters: ["model": .text("unet")])
        #expect(extra.description == "the query has no parameter ':model'")
        #expect(try problem("SELECT ?").description.contains("has no name"))
    }

    @Test func unknownNamesGetTheirPlaceAndTheNearest() throws {
        let table = try problem("SELECT *\nFROM run_overvew")
        #expect(
            table
                == QueryProblemText(
                    "no such table: run_overvew", line: 2, column: 6, nearest: "run_overview"))
        let column = try problem("SELECT modle FROM run")
        #expect(
            column
                == QueryProblemText(
                    "no such column: modle", line: 1, column: 8, nearest: "model"))
        // Other tables have a column `id`; run_overview has none, nor one that is near.
        #expect(try problem("SELECT id FROM run_overview").nearest == nil)
        let function = try problem("SELECT medain(value) FROM published")
        #expect(function.nearest == "median")
        #expect(function.line == 1)
        #expect(
            try problem("SELECT run,\n  FROM run").description
                == "near \"FROM\": syntax error at line 2, column 3")
    }

    @Test func refusalsSayWhatWasRefused() throws {
        #expect(
            try problem("DELETE FROM run").description
                == "a query may only read; refused: deleting from 'run'")
        #expect(
            try problem("DROP TABLE run").description
                == "a query may only read; refused: changing the schema")
        #expect(
            try problem("SELECT load_extension('x')").description
                == "a query may only read; refused: the function 'load_extension'")
        #expect(
            try problem("SELECT 1; SELECT 2").description
                == "a second statement begins; expected one SELECT at line 1, column 10")
    }

    @Test func theRowLimitCutsAndSaysSo() throws {
        let cut = try store.query("SELECT * FROM published", limits: QueryLimits(rows: 3))
        #expect(cut.rows.count == 3)
        #expect(cut.isTruncated)
        let whole = try store.query("SELECT 1", limits: QueryLimits(rows: 1))
        #expect(!whole.isTruncated)
    }

    @Test func theTimeLimitStopsAnEndlessQuery() throws {
        let endless = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n
            """
        let stopped = try problem(endless, limits: QueryLimits(seconds: 0.05))
        #expect(stopped == .timeIsUp)
        #expect(try store.query("SELECT 1").rows == [[.integer(1)]])
    }

    @Test func statisticsMatchTheirDefinitions() throws {
        let answer = try store.query(
            """
            SELECT median(x), stddev(x), percentile(x, 25), percentile(x, 100), count(*)
            FROM (SELECT 4 AS x UNION ALL SELECT 1 UNION ALL SELECT 2.5 UNION ALL SELECT 10
                UNION ALL SELECT NULL)
            """)
        let row = try #require(answer.rows.first)
        #expect(row[0] == .real(3.25))
        #expect(abs(try #require(row[1].number) - 15.5625.squareRoot()) < 1e-12)
        #expect(row[2] == .real(2.125))
        #expect(row[3] == .real(10))
        #expect(
            try store.query("SELECT median(value), stddev(1) FROM published WHERE 0").rows
                == [[.null, .null]])
        #expect(try problem("SELECT median('x')").description == "median() takes numbers only")
        #expect(try problem("SELECT percentile(1, 101)").description.contains("0...100"))
    }

    @Test func rowsCanBeStreamed() throws {
        var seen = 0
        try store.query("SELECT * FROM published", onColumns: { #expect($0.count == 11) }) { _ in
            seen += 1
            return seen < 5
        }
        #expect(seen == 5)
    }
}

/// A problem as a test writes it down.
private struct QueryProblemText {
    let message: String, line: Int?, column: Int?, nearest: String?

    init(_ message: String, line: Int?, column: Int?, nearest: String?) {
        self.message = message
        self.line = line
        self.column = column
        self.nearest = nearest
    }
}

private func == (found: QueryProblem, expected: QueryProblemText) -> Bool {
    found.message == expected.message && found.line == expected.line
        && found.column == expected.column && found.nearest == expected.nearest
}
