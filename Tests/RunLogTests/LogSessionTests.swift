import Foundation
import RunStore
import Testing

@testable import RunLog

/// A store in a folder of its own that goes away with the test.
final class LogStore {
    let folder: URL
    let store: RunStore

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try RunStore(at: folder.appendingPathComponent("runs.db"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func texts(_ sql: String) throws -> [[String]] {
        try store.query(sql).rows.map { row in
            row.map { value in
                switch value {
                case .null: "-"
                case .integer(let number): String(number)
                case .real(let number): String(number)
                case .text(let text): text
                case .blob: "bytes"
                }
            }
        }
    }

    /// Writes a file below the folder.
    func write(_ text: String, _ name: String) throws -> URL {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file
    }

    func session() -> LogSession { LogSession(store, version: "0") }
}

@Suite struct LogSessionTests {
    let log: LogStore

    init() throws { log = try LogStore() }

    /// Unicode writes an accent in two ways; SQL takes them for two names and Swift for one.
    @Test func twoSpellingsAreOneName() throws {
        let session = log.session()
        _ = try session.add(
            """
            {"lightbox": 1, "params": {"\u{e9}": 1}, "tags": {"\u{e9}": "a"}}
            {"params": {"e\u{301}": 2}, "tags": {"e\u{301}": "b"}, "step": 1, "metrics": {"\u{e9}": 1}}
            {"step": 2, "metrics": {"e\u{301}": 2}}
            {"status": "completed"}

            """.utf8)
        #expect(try log.texts("SELECT name, value FROM param") == [["\u{e9}", "2"]])
        #expect(try log.texts("SELECT name, value FROM tag") == [["\u{e9}", "b"]])
        #expect(
            try log.texts("SELECT position, value FROM any_metric ORDER BY 1")
                == [["1", "1.0"], ["2", "2.0"]])
    }

    @Test func aRunIsWrittenAsItsLinesCome() throws {
        let session = log.session()
        // In the middle of a line nothing is known yet.
        #expect(try session.add("{\"lightbox\": 1, \"name\": \"n\", \"para".utf8) == [])
        #expect(session.run == nil)
        #expect(try session.add("ms\": {\"lr\": 0.1}}\r\n\n".utf8) == [])
        let run = try #require(session.run)
        #expect(try log.texts("SELECT state, name FROM any_run") == [["running", "n"]])
        _ = try session.add("{\"step\": 1, \"metrics\": {\"a\": 2}}\n".utf8)
        #expect(
            try log.texts("SELECT run, name, position, value FROM any_metric")
                == [["\(run)", "a", "1", "2.0"]])
        _ = try session.add(
            Array(
                """
                {"params": {"lr": 0.2, "b": 1}, "tags": {"t": "u"}, "note": "hm"}
                {"status": "completed"}

                """.utf8))
        #expect(try session.end() == [])
        #expect(try log.texts("SELECT state FROM any_run") == [["completed"]])
        #expect(
            try log.texts("SELECT name, value FROM param ORDER BY 1") == [
                ["b", "1"], ["lr", "0.2"],
            ])
        #expect(try log.texts("SELECT text FROM note") == [["hm"]])
        #expect(try log.store.check() == [])
    }

    @Test func refusedLinesTakeNothingWithThem() throws {
        let session = log.session()
        var lines = ["{\"lightbox\": 1}"]
        for number in 1...200 {
            lines.append("{\"step\": \(number), \"metrics\": {\"a\": \(number)}}")
            lines.append(LogLineTests.hostile[number % LogLineTests.hostile.count].line + "!")
        }
        lines.append(String(repeating: "y", count: LogLine.longest + 5))
        lines.append("{\"step\": 201, \"metrics\": {\"a\": 201}}")
        let bytes = Array(lines.joined(separator: "\n").utf8)
        var refused: [LogSession.Refusal] = []
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            refused += try session.add(bytes[start..<min(start + 1000, bytes.count)])
        }
        refused += try session.end()
        #expect(refused.map(\.line) == (1...200).map { 2 * $0 + 1 } + [402])
        #expect(refused.last?.reason.contains("1048581 bytes") == true)
        #expect(session.refused == 201 && session.refusals.count == 20)
        #expect(session.points == 201)
        #expect(
            try log.texts("SELECT count(*), sum(value) FROM any_metric") == [["201", "20301.0"]])
        // Its program said nothing of an end, and the run says what was refused.
        #expect(try log.texts("SELECT state FROM any_run") == [["interrupted"]])
        #expect(
            try log.texts("SELECT message FROM event WHERE level = 'warning'")[0][0]
                .hasPrefix("201 of its lines were refused, first line 3: "))
        #expect(try log.store.check() == [])
    }

    @Test func aRunThatWasInterruptedGoesOnUnderItsId() throws {
        for (number, end) in ["", "{\"status\": \"failed\", \"error\": \"no memory\"}\n"]
            .enumerated()
        {
            let session = log.session()
            _ = try session.add(
                Array(
                    """
                    {"lightbox": 1, "id": "mine"}
                    {"step": \(number), "metrics": {"a": 1}}
                    \(end)
                    """.utf8))
            _ = try session.end()
        }
        #expect(
            try log.texts("SELECT state, error, attempts FROM any_run")
                == [["failed", "no memory", "2"]])
        #expect(try log.texts("SELECT count(*) FROM any_metric") == [["2"]])
        let done = log.session()
        _ = try done.add("{\"lightbox\": 1, \"id\": \"mine\", \"status\": \"completed\"}\n".utf8)
        // One that has ended takes no more.
        #expect(throws: StoreError.self) {
            try log.session().add("{\"lightbox\": 1, \"id\": \"mine\"}\n".utf8)
        }
        #expect(
            try done.add("{\"note\": \"late\"}\n{\"lightbox\": 1}\n".utf8).map(\.line) == [2, 3])
    }

    /// An id is known in its experiment: another name is another program's mistake, not a second home.
    @Test func aRunDoesNotGoOnInAnotherExperiment() throws {
        func write(_ start: String, _ value: Int) throws {
            let session = log.session()
            _ = try session.add(
                Array("{\"lightbox\": 1, \"id\": \"abc\"\(start)}\n".utf8))
            _ = try session.add(
                Array("{\"step\": \(value), \"metrics\": {\"a\": \(value)}}\n".utf8))
            _ = try session.end()
        }
        // One that is of none yet gets one, and keeps it where none is named.
        try write("", 1)
        try write(", \"experiment\": \"e2\"", 2)
        try write(", \"experiment\": \"e2\"", 3)
        try write("", 4)
        let error = #expect(throws: StoreError.self) {
            try write(", \"experiment\": \"OTHER\"", 7)
        }
        #expect(error?.description.contains("'OTHER'; expected 'e2'") == true, "\(error as Any)")
        #expect(
            try log.texts("SELECT experiment, state FROM any_run") == [["e2", "interrupted"]])
        #expect(try log.texts("SELECT count(*), max(value) FROM any_metric") == [["4", "4.0"]])
        #expect(try log.texts("SELECT name FROM experiment") == [["e2"]])
        #expect(try log.store.check() == [])
    }

    /// A note of long ago stands where SQLite puts the point beside it.
    @Test func ancientTimesAreOneCalendar() throws {
        let session = log.session()
        let times = ["0001-01-01T00:00:00Z", "1582-10-14T23:59:59.500Z", "1582-10-15T00:00:00Z"]
        for (step, time) in times.enumerated() {
            _ = try session.add(
                Array(
                    """
                    {"time": "\(time)", "step": \(step), "metrics": {"a": 1}, "note": "x"}

                    """.utf8))
        }
        _ = try session.end()
        let notes = try log.texts("SELECT time FROM note ORDER BY 1")
        #expect(
            notes == [
                ["0001-01-01T00:00:00.000Z"], ["1582-10-14T23:59:59.500Z"],
                ["1582-10-15T00:00:00.000Z"],
            ])
        let points = try log.texts(
            "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', time, 'unixepoch') FROM any_metric ORDER BY 1")
        #expect(points == notes)
    }

    @Test func withoutAFirstLineNothingIsLost() throws {
        let session = log.session()
        let refused = try session.add(
            "{\"lightbox\": 1, \"nam\": 1}\n{\"epoch\": 1, \"metrics\": {\"a\": 1}}\n".utf8)
        #expect(refused.map(\.line) == [1])
        _ = try session.end()
        #expect(
            try log.texts("SELECT kind, name, experiment, epoch FROM any_run")
                == [["logged", "-", "-", "1"]])
    }
}
