import Testing

@testable import RunStore

/// A condition stays between its brackets.
@Suite struct QueryConditionTests {
    @Test(arguments: [
        "1=1) OR (1=1", "1; DROP TABLE run", "1=1 --", "1=1 /* x", "1=1 /*", "state='x", "\"a",
        "`a",
        "[a", "(1", "1)", "", " \n\t", "1) UNION SELECT 1 --", "a\0b", "x = '--' -- '", "')('; '",
    ])
    func whatReachesOutIsRefused(text: String) {
        let error = #expect(throws: StoreError.self) { try QueryCondition(text) }
        #expect(error?.description.hasPrefix("the condition is ") == true)
    }

    @Test(arguments: [
        "1", "state = 'failed'", "(a OR b) AND c", "name = 'it''s; -- fine /* */ ('", "a - -1 > 0",
        "\"odd ) name\" = 1", "[odd ( name] = 1", "run IN (SELECT max(run) FROM run)", "a / b * c",
    ])
    func whatStaysInsideIsTaken(text: String) throws {
        #expect(try QueryCondition(text).text == text)
    }

    @Test func aConditionSelectsNoMoreThanItSays() throws {
        let folder = try Folder()
        let store = try folder.store()
        _ = try store.plan([Fixture.cell()])
        #expect(try store.runs(where: QueryCondition("1")).count == 1)
        #expect(throws: StoreError.self) { try store.runs(where: QueryCondition("0) OR (1")) }
        #expect(throws: StoreError.self) {
            try store.runs(where: QueryCondition("0 UNION SELECT run FROM run"))
        }
        #expect(try store.runs(where: QueryCondition("0")).isEmpty)
    }
}
