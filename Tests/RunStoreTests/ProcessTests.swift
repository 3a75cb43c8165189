import Domain
import Foundation
import GRDB
import RunStore
import Testing

/// Several processes at one store.
@Suite(.serialized) struct ProcessTests {
    let folder: Folder

    init() throws {
        folder = try Folder()
    }

    private func integrity() throws -> [String] {
        let queue = try DatabaseQueue(path: folder.path())
        defer { try? queue.close() }
        return try queue.read { db in
            let broken = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { "\($0)" }
            return try String.fetchAll(db, sql: "PRAGMA integrity_check") + broken
        }
    }

    @Test func eightProcessesMakeOneStore() throws {
        for round in 0..<5 {
            let name = "new/\(round).db"
            let open = ["open", "--store", folder.path(name)]
            #expect(
                try Helper.finish(Array(repeating: open, count: 8))
                    == Array(repeating: 0, count: 8))
            let store = try folder.store(name, .readOnly)
            #expect(try store.query("SELECT count(*) FROM event").rows == [[.integer(8)]])
            #expect(try store.query("SELECT count(*) FROM store").rows == [[.integer(1)]])
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("new"))
        #expect(files.filter { $0.hasSuffix(".new") } == [])
    }

    @Test func sixteenWritersLoseNothing() throws {
        let commands = (0..<16).map {
            ["write", "--store", folder.path(), "--cell", "\($0)", "--epochs", "50", "--quiet"]
        }
        #expect(try Helper.finish(commands) == Array(repeating: 0, count: 16))
        let store = try folder.store("runs.db", .readOnly)
        #expect(
            try store.query(
                """
                SELECT count(*), count(DISTINCT run), sum(abs(value * (substr(name, 7) + 1) - epoch) < 1e-6)
                FROM metric
                """
            ).rows == [[.integer(8_000), .integer(16), .integer(8_000)]])
        #expect(
            try store.query(
                "SELECT DISTINCT points, last_epoch, max_value >= 5 FROM metric_summary"
            )
            .rows == [[.integer(50), .integer(50), .integer(1)]])
        #expect(try integrity() == ["ok"])
    }

    @Test func noRunIsTrainedTwice() throws {
        let race = ["race", "--store", folder.path(), "--cells", "40"]
        let pipes = (0..<6).map { _ in Pipe() }
        let processes = try pipes.map { try Helper.start(race, output: $0) }
        var claimed: [Int64] = []
        for (process, pipe) in zip(processes, pipes) {
            let text = String(
                decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            claimed += text.split(separator: "\n").compactMap { Int64($0) }
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        #expect(claimed.count == 40)
        #expect(Set(claimed).count == 40)
        let store = try folder.store("runs.db", .readOnly)
        #expect(
            try store.query("SELECT DISTINCT state, attempts FROM run").rows
                == [[.text("completed"), .integer(1)]])
    }

    @Test func aKilledWorkerLosesNothingThatWasCommitted() throws {
        var generator = SystemRandomNumberGenerator()
        for cell in 0..<5 {
            let pipe = Pipe()
            let write = [
                "write", "--store", folder.path(), "--cell", "\(cell)", "--epochs", "100000",
            ]
            let process = try Helper.start(write, output: pipe)
            // Kill it in the middle of whatever follows some commit.
            var said = ""
            let wanted = Int.random(in: 1...60, using: &generator)
            while !said.contains("epoch \(wanted)\n") {
                let data = pipe.fileHandleForReading.availableData
                try #require(!data.isEmpty)
                said += String(decoding: data, as: UTF8.self)
            }
            kill(process.processIdentifier, SIGKILL)
            said += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let last = try #require(said.split(separator: "\n").last?.split(separator: " ").last)
            let committed = try #require(Int(last))

            let reader = try folder.store("runs.db", .readOnly)
            let seen = try #require(try reader.overview().last)
            #expect(seen.state == .interrupted, "a run whose process was killed is not running")
            let words = "SELECT state FROM run_overview WHERE run = \(seen.run)"
            #expect(try reader.query(words).rows == [[.text("interrupted")]])
            let others = "SELECT state FROM main.any_run WHERE run = \(seen.run)"
            #expect(
                try reader.query(others).rows == [[.text("running")]], "as other programs see it")
            var request = RunList.Request()
            for condition in [nil, "run > 0"] {
                request.condition = try condition.map { try QueryCondition($0) }
                let list = try reader.runTable(request, forPeople: true, limits: QueryLimits())
                #expect(list.rows.first?[1] == .text("interrupted"))
            }
            #expect(try reader.table(.overview, of: seen.run).rows[0][2] == .text("interrupted"))
            #expect(try reader.status().counts[.interrupted] == 1)
            #expect(try integrity() == ["ok"])
            let store = try folder.store()
            let curve = try store.curve(of: seen.run, .validation, "metric0")
            #expect(curve.count >= committed && curve.count <= committed + 1)
            #expect(curve.map(\.epoch) == Array(1...curve.count))
            // Another worker goes on with it at once; it need not wait for the lease to expire.
            #expect(
                try Helper.finish([
                    [
                        "write", "--store", folder.path(), "--cell", "\(cell)", "--epochs",
                        "\(curve.count + 2)", "--quiet",
                    ]
                ]) == [0])
            #expect(try store.overview(of: seen.run).state == .completed)
            #expect(try store.overview(of: seen.run).attempts == 2)
        }
    }
}
