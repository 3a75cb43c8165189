import Foundation
import RunStore
import Testing

/// What may happen to a store while sweeps are stopped or at work: a power cut, a restored backup,
/// a second store beside it, another file in its place. Every run ends bit for bit as its twin that
/// nobody disturbed, and nobody's files are lost.
///
/// One round of each here; `make torture` asks for more with `TORTURE_KILLS`.
@Suite struct StoreTortureTests {
    private static let rounds =
        ProcessInfo.processInfo.environment["TORTURE_KILLS"].flatMap { Int($0) }
        .map { max(1, $0 / 10) } ?? 1

    private let program: Program

    init() throws {
        program = try Program()
        try program.drawPhantoms()
        try program.write(
            TortureTests.experiment.replacing("epochs: 16", with: "epochs: 24"), to: "e.yaml")
    }

    private func arguments(_ store: String, seed: Int) -> [String] {
        [
            "sweep", "e.yaml", "--set", "seed=\(seed)", "--store", store, "--jobs", "2",
            "--threads", "1", "--retry-failed",
        ]
    }

    private func path(_ name: String) -> URL { program.folder.appendingPathComponent(name) }

    private func finish(_ store: String, seed: Int) throws {
        let ending = try program.run(arguments(store, seed: seed))
        try #require(ending.status == 0, "\(ending.errors)")
    }

    /// Epochs that the store has, of all runs together; 0 while there is no store.
    private func epochs(_ store: String) -> Int64 {
        let reader = try? RunStore(at: path(store), mode: .readOnly)
        let rows = try? reader?.query("SELECT count(DISTINCT run || ' ' || epoch) FROM metric").rows
        return rows?.first?.first?.integer ?? 0
    }

    /// Starts a sweep and waits until it has logged so many epochs more, or has ended.
    private func begin(_ store: String, seed: Int, epochs count: Int64) throws -> Process {
        let goal = epochs(store) + count
        let process = try program.start(arguments(store, seed: seed))
        while process.isRunning, epochs(store) < goal { usleep(2_000) }
        return process
    }

    private func interrupt(_ store: String, seed: Int, after count: Int64) throws {
        let process = try begin(store, seed: seed, epochs: count)
        process.interrupt()
        process.waitUntilExit()
    }

    private func expectTwin(of store: String, seed: Int) throws {
        let twin = "twin/\(seed).db"
        if !FileManager.default.fileExists(atPath: path(twin).path) {
            try finish(twin, seed: seed)
        }
        let found = try RunStore(at: path(store), mode: .readOnly)
        let expected = try RunStore(at: path(twin), mode: .readOnly)
        #expect(try found.check() == [])
        for sql in TortureTests.outcomes {
            let rows = try found.query(sql).rows
            #expect(!rows.isEmpty)
            #expect(try rows == expected.query(sql).rows, "seed \(seed): \(sql)")
        }
        for row in try found.query("SELECT id FROM run").rows {
            for file in try found.files(of: row[0].integer ?? 0).values { try file.get().verify() }
        }
    }

    @Test func aPowerCutThatTakesTheLastPages() throws {
        for seed in 1...Self.rounds {
            let store = "power/\(seed).db"
            let process = try begin(store, seed: seed, epochs: Int64.random(in: 4...30))
            Program.hold([process.processIdentifier])
            let workers = Program.processes(about: path(store).path)
            for victim in workers + [process.processIdentifier] { kill(victim, SIGKILL) }
            process.waitUntilExit()
            while !Program.processes(about: path(store).path).isEmpty { usleep(1_000) }
            // What no checkpoint of SQLite has brought to the disk is gone; the files of the runs
            // are there.
            for suffix in ["-wal", "-shm"] { unlink(path(store).path + suffix) }
            try finish(store, seed: seed)
            try expectTwin(of: store, seed: seed)
        }
    }

    @Test func aRestoredBackup() throws {
        for seed in 1...Self.rounds {
            let store = "restored/\(seed).db"
            try interrupt(store, seed: seed, after: 6)
            #expect(try program.run("backup", "b\(seed).db", "--store", store).status == 0)
            try interrupt(store, seed: seed, after: 12)
            for suffix in ["", "-wal", "-shm"] { unlink(path(store).path + suffix) }
            try FileManager.default.copyItem(at: path("b\(seed).db"), to: path(store))
            try finish(store, seed: seed)
            try expectTwin(of: store, seed: seed)
        }
    }

    @Test func aSecondStoreInTheFolder() throws {
        for seed in 1...Self.rounds {
            let (one, two) = ("shared/\(seed)-one.db", "shared/\(seed)-two.db")
            try interrupt(one, seed: seed, after: 8)
            try interrupt(two, seed: seed, after: 4)
            let checkpoints = try self.checkpoints("shared/runs")
            for verb in [["gc"], ["delete", "--where", "run > 0", "--yes"]] {
                let copy = "shared/\(seed)-copy.db"
                unlink(path(copy).path)
                #expect(try program.run("backup", copy, "--store", one).status == 0)
                #expect(try program.run(verb + ["--store", copy]).status == 0)
                #expect(try program.run(["gc", "--store", copy]).status == 0)
                #expect(try self.checkpoints("shared/runs") == checkpoints)
                unlink(path(copy).path)
            }
            try finish(two, seed: seed)
            try finish(one, seed: seed)
            try expectTwin(of: two, seed: seed)
            #expect(
                try program.run("delete", "--where", "run > 0", "--yes", "--store", two).status
                    == 0)
            #expect(try program.run("gc", "--store", two).status == 0)
            try expectTwin(of: one, seed: seed)
        }
    }

    /// The checkpoints below a folder, with their bytes.
    private func checkpoints(_ folder: String) throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path(folder).path)
            .filter { $0.hasSuffix("/checkpoint.safetensors") }
        return Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, try Data(contentsOf: path(folder).appendingPathComponent($0)))
            })
    }

    @Test func anotherStoreInItsPlace() throws {
        for seed in 1...Self.rounds {
            let store = "replaced/\(seed).db"
            let other = try RunStore(at: path("other\(seed).db"))
            try other.record(EventRecord(level: .info, message: "mine"))
            try other.close()
            let bytes = try Data(contentsOf: path("other\(seed).db"))
            let process = try begin(store, seed: seed, epochs: 4)
            for suffix in ["", "-wal", "-shm"] {
                rename(path(store).path + suffix, path("aside").path + suffix)
            }
            try bytes.write(to: path(store), options: .withoutOverwriting)
            process.waitUntilExit()
            if process.terminationReason == .exit, process.terminationStatus == 0 {
                // It had ended before.
                #expect(epochs("aside") == 48)
            }
            #expect(process.terminationReason == .exit)
            while !Program.processes(about: path(store).path).isEmpty { usleep(10_000) }
            #expect(try Data(contentsOf: path(store)) == bytes)
            for suffix in ["", "-wal", "-shm"] {
                unlink(path(store).path + suffix)
                rename(path("aside").path + suffix, path(store).path + suffix)
            }
            try finish(store, seed: seed)
            try expectTwin(of: store, seed: seed)
        }
    }
}
