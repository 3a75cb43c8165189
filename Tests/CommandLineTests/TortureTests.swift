import Foundation
import RunStore
import Testing

/// Sweeps of real trainings, killed (SIGKILL) at random moments, end bit for bit as if they had not
/// been, and nothing that was committed is lost on the way.
///
/// A few kills here; `make torture` asks for 100 with `TORTURE_KILLS`. What else may happen to a
/// store under a sweep is played in `StoreTortureTests`.
@Suite struct TortureTests {
    private static let kills =
        ProcessInfo.processInfo.environment["TORTURE_KILLS"].flatMap { Int($0) } ?? 8

    /// Optimiser moments, batch norms, dropout, augmentation and a discriminator: all that a
    /// checkpoint has to keep.
    static let experiment = """
        name: torture
        grid: {dataset: mcx, model: ppau-net, loss: kltv, procedure: [supervised, appau-net]}
        train:
          epochs: 16
          batch: 3
          image: 32
          width: 2
          augment-flip: 0.5
          augment-rotate: 10
          checkpoint-every: 3
        """

    @Test func killedSweepsEndAsIfTheyHadNotBeen() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Self.experiment, to: "e.yaml")
        var tally = Tally()
        var round = 0
        while tally.kills < Self.kills {
            round += 1
            try play(round, in: program, tally: &tally)
        }
        print(
            "torture: \(tally.kills) kills (\(tally.sweeps) of the sweep, \(tally.workers) of a "
                + "worker, \(tally.all) of all at once) in \(round) sweeps of 2 cells, taken up "
                + "\(tally.attempts) times; \(tally.points) points seen committed, "
                + "\(tally.checks) integrity checks, every run as its twin")
    }

    /// What was done, for the document.
    private struct Tally {
        var sweeps = 0, workers = 0, all = 0, points = 0, checks = 0, attempts: Int64 = 0
        var kills: Int { sweeps + workers + all }
    }

    private enum Victim: CaseIterable { case sweep, worker, all }

    /// One sweep with a seed of its own, killed until it manages to end, beside its twin.
    private func play(_ round: Int, in program: Program, tally: inout Tally) throws {
        func sweep(_ store: String, _ jobs: String) -> [String] {
            [
                "sweep", "e.yaml", "--set", "seed=\(round)", "--store", store, "--jobs", jobs,
                "--threads", "1", "--retry-failed",
            ]
        }
        let twin = try program.run(sweep("twin/\(round).db", "1"))
        try #require(twin.status == 0, "\(twin.errors)")
        let path = program.folder.appendingPathComponent("killed/\(round).db")
        var seen = Ledger()
        while true {
            let process = try program.start(sweep("killed/\(round).db", "2"))
            while process.isRunning, tally.kills < Self.kills {
                usleep(useconds_t.random(in: 0...1_500_000))
                guard process.isRunning else { break }
                try strike(process, path: path, seen: &seen, tally: &tally)
            }
            process.waitUntilExit()
            if process.terminationReason == .exit, process.terminationStatus == 0 { break }
            try check(path, seen: &seen, tally: &tally)
        }
        try check(path, seen: &seen, tally: &tally)
        let store = try RunStore(at: path, mode: .readOnly)
        let other = try RunStore(
            at: program.folder.appendingPathComponent("twin/\(round).db"), mode: .readOnly)
        for sql in Self.outcomes {
            let rows = try store.query(sql).rows
            #expect(!rows.isEmpty)
            #expect(try rows == other.query(sql).rows, "round \(round): \(sql)")
        }
        // Every point that was ever committed is there, with its value.
        let final = try Ledger(store).points
        #expect(seen.points.allSatisfy { final[$0.key] == $0.value }, "round \(round)")
        tally.points += seen.points.count
        tally.attempts += try store.query("SELECT sum(attempts) FROM run").rows[0][0].integer ?? 0
    }

    /// What a run leaves, apart from how long it took: by configuration, in a fixed order.
    static let outcomes = [
        "SELECT digest, state, best_epoch FROM run ORDER BY digest",
        """
        SELECT r.digest, a.kind, a.bytes, a.digest FROM artifact a JOIN run r ON r.id = a.run
        ORDER BY 1, 2
        """,
        """
        SELECT r.digest, m.split, m.name, m.epoch, m.value FROM metric m JOIN run r ON r.id = m.run
        WHERE m.name NOT IN ('seconds', 'images-per-second') ORDER BY 1, 2, 3, 4
        """,
        """
        SELECT r.digest, m.weights, m.split, m.image, m.name, m.value FROM image_metric m
        JOIN run r ON r.id = m.run ORDER BY 1, 2, 3, 4, 5
        """,
    ]

    /// Kills somebody, and looks whether all that was committed at that moment is there.
    ///
    /// Everybody is held while the store is read before and after, so that no worker that goes on
    /// from a checkpoint withdraws later points in between.
    private func strike(
        _ process: Process, path: URL, seen: inout Ledger, tally: inout Tally
    ) throws {
        let sweep = process.processIdentifier
        Program.hold([sweep])
        // Its own, and those of a sweep that was killed before and save what they have; among them
        // may be one that was just being started.
        var workers: [Int32] = []
        while true {
            let found = Program.processes(about: path.path)
            if Set(found).isSubset(of: workers) { break }
            Program.hold(found)
            workers = found
        }
        guard let before = try? Ledger.of(path) else {
            // Somebody is held in the middle of a change of the log's index; nobody can read now.
            for process in workers + [sweep] { kill(process, SIGCONT) }
            return
        }
        var victims = [sweep]
        switch Victim.allCases.randomElement() {
        case .worker where !workers.isEmpty:
            victims = Array(workers.shuffled().prefix(1))
            tally.workers += 1
        case .all where !workers.isEmpty:
            victims = workers + [sweep]
            tally.all += 1
        default: tally.sweeps += 1
        }
        for victim in victims { kill(victim, SIGKILL) }
        if victims.contains(sweep) { process.waitUntilExit() }
        // A process with as many threads takes a moment to die.
        while Program.processes(about: path.path).contains(where: victims.contains) {
            usleep(1_000)
        }
        let checks = tally.checks
        try check(path, seen: &seen, tally: &tally)
        let after = try Ledger.of(path)
        // A worker that was killed right after it had withdrawn the epochs behind its checkpoint may
        // have committed that without having told readers yet. Then whole epochs at a run's end
        // are gone, to be logged again: `play` finds every one of them in the finished store.
        for (point, value) in before.points where after.points[point] != value {
            #expect(after.points[point] == nil, "\(point) has changed")
            #expect(point.epoch > after.lastEpoch(of: point.run), "\(point) is lost")
        }
        if victims.count > workers.count, tally.checks > checks {
            let running = try RunStore(at: path, mode: .readOnly).status().running
            #expect(running.isEmpty, "a run whose process was killed is not running")
        }
        for other in workers + [sweep] where !victims.contains(other) { kill(other, SIGCONT) }
    }

    private func check(_ path: URL, seen: inout Ledger, tally: inout Tally) throws {
        guard FileManager.default.fileExists(atPath: path.path) else { return }
        let store = try RunStore(at: path, mode: .readOnly)
        #expect(try store.check() == [])
        tally.checks += 1
        seen.points.merge(try Ledger(store).points) { _, new in new }
    }
}

/// The points of a store at one moment.
private struct Ledger {
    struct Point: Hashable { let run: Int64, split: String, name: String, epoch: Int64 }

    var points: [Point: QueryValue] = [:]

    init() {}

    /// The last epoch that a run has points of; 0 without any.
    func lastEpoch(of run: Int64) -> Int64 {
        points.keys.filter { $0.run == run }.map(\.epoch).max() ?? 0
    }

    init(_ store: RunStore) throws {
        let rows = try store.query(
            """
            SELECT run, split, name, epoch, value FROM metric
            WHERE name NOT IN ('seconds', 'images-per-second')
            """
        ).rows
        for row in rows {
            guard let run = row[0].integer, let split = row[1].text, let name = row[2].text,
                let epoch = row[3].integer
            else { continue }
            points[Point(run: run, split: split, name: name, epoch: epoch)] = row[4]
        }
    }

    static func of(_ path: URL) throws -> Ledger {
        guard FileManager.default.fileExists(atPath: path.path) else { return Ledger() }
        return try Ledger(RunStore(at: path, mode: .readOnly))
    }
}
