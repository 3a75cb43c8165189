import Foundation
import Testing

/// Verbs over damaged and foreign stores: none is ended by a signal, none hangs, and where one
/// answers with another result than of the whole store, `lightbox check` has a finding.
///
/// A few verbs here; `make fuzz-store` asks for 5,000 with `FUZZ_STORE_VERBS`.
@Suite struct StoreFuzzTests {
    private static let verbs = number("FUZZ_STORE_VERBS") ?? 150
    private static let seed = number("FUZZ_STORE_SEED") ?? 1

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// Verbs whose answers are results; the output folder `out` is compared too.
    private static let readers: [[String]] = [
        ["runs"], ["show", "1"], ["show", "2"], ["show", "5"], ["status"], ["report", "sweep"],
        ["report", "logged"], ["query", "--format", "csv", "SELECT * FROM any_metric"],
        ["report", "leaderboard"], ["report", "ablation"], ["report", "p1-table1"],
        ["compare", "1", "2"], ["export", "csv", "-o", "out"],
        ["export", "tensorboard", "-o", "out"], ["export", "mlflow", "-o", "out/m.db"],
        ["query", "--format", "csv", "SELECT * FROM run_overview"],
        ["query", "--format", "csv", "SELECT * FROM metric"],
        ["query", "--format", "csv", "SELECT * FROM result"],
        ["query", "--format", "csv", "SELECT * FROM image_metric"],
        ["query", "--format", "csv", "SELECT * FROM segmentation"],
        ["query", "--format", "csv", "SELECT * FROM against_published"],
    ]
    /// Verbs that write: they must end by themselves.
    private static let writers: [[String]] = [
        ["gc", "--dry-run"], ["merge", "s.db", "--store", "lab.db"], ["backup", "copy.db"],
        ["ship", "ship.db"], ["delete", "1"], ["delete", "1", "--yes"], ["gc"],
        ["runs", "--where", "seed > 0"], ["query", "--schema"],
    ]

    /// A run of another program, number 5.
    private static let lines = """
        {"lightbox": 1, "experiment": "others", "params": {"lr": 0.1}, "tags": {"who": "me"}}
        {"step": 1, "time": 1760000000.5, "metrics": {"loss": 0.5, "validation/dice": 0.25}}
        {"step": 2, "time": 1760000001.5, "metrics": {"loss": 0.25}, "note": "x"}
        {"status": "completed"}

        """

    /// What was done, for the document.
    private struct Tally {
        var verbs = 0, stores = 0, refused = 0, same = 0, different = 0, found = 0
    }

    private struct Answer: Equatable {
        let status: Int32
        let text: String
    }

    @Test func noDamageEndsAVerbOrPassesUnseen() throws {
        let program = try Program()
        try StoreDamager.makeStore(at: program.folder.appendingPathComponent("whole.db").path)
        try program.write(Self.lines, to: "lines.jsonl")
        try #require(try program.run("log", "lines.jsonl", "--store", "whole.db").status == 0)
        let whole = try Data(contentsOf: program.folder.appendingPathComponent("whole.db"))
        var random = SeededGenerator(seed: UInt64(Self.seed))
        var tally = Tally()
        try whole.write(to: program.folder.appendingPathComponent("s.db"))
        let expected = try Self.readers.map { try answer($0, program, &tally) }
        for (verb, answer) in zip(Self.readers, expected) where answer.status >= 124 {
            Issue.record("the whole store: \(verb) ended with \(answer.status)")
        }
        #expect(try answer(["check"], program, &tally).status == 0)

        while tally.verbs < Self.verbs {
            tally.stores += 1
            var damager = StoreDamager(whole, random: random)
            let what = try damager.damage(at: program.folder.appendingPathComponent("s.db").path)
            random = damager.random
            try play(what, expected, program, &tally, &random)
        }
        print(
            "fuzz-store: \(tally.verbs) verbs over \(tally.stores) stores: \(tally.refused) refused, "
                + "\(tally.same) answers as before, \(tally.different) other answers, of which check "
                + "found \(tally.found)")
    }

    private func play(
        _ what: String, _ expected: [Answer], _ program: Program, _ tally: inout Tally,
        _ random: inout SeededGenerator
    ) throws {
        let store = program.folder.appendingPathComponent("s.db")
        let damaged = try Data(contentsOf: store)
        var different: [[String]] = []
        // A few of the verbs each time; all of them come over the stores.
        for index in Self.readers.indices.shuffled(using: &random).prefix(6) {
            let answer = try answer(Self.readers[index], program, &tally)
            if answer.status >= 124 {
                Issue.record("\(what): \(Self.readers[index]) ended with \(answer.status)")
            }
            if answer.status != 0 {
                tally.refused += 1
            } else if answer == expected[index] || expected[index].status != 0 {
                tally.same += 1
            } else {
                tally.different += 1
                different.append(Self.readers[index])
            }
        }
        let check = try answer(["check"], program, &tally)
        if check.status >= 124 { Issue.record("\(what): check ended with \(check.status)") }
        if check.status == 0, !different.isEmpty {
            Issue.record("\(what): check finds nothing, but these differ: \(different)")
        } else {
            tally.found += different.count
        }
        for verb in Self.writers.shuffled(using: &random).prefix(2) {
            for name in ["lab.db", "copy.db", "ship.db"] {
                for suffix in ["", "-wal", "-shm"] {
                    unlink(program.folder.appendingPathComponent(name + suffix).path)
                }
            }
            let answer = try answer(verb, program, &tally)
            if answer.status >= 124 {
                Issue.record("\(what): \(verb) ended with \(answer.status)")
            }
            for suffix in ["-wal", "-shm"] { unlink(store.path + suffix) }
            try damaged.write(to: store)
        }
    }

    /// Runs a verb for 60 seconds at most; 124 stands for a hang, and 128 and more for a signal.
    private func answer(_ verb: [String], _ program: Program, _ tally: inout Tally) throws -> Answer
    {
        tally.verbs += 1
        let out = program.folder.appendingPathComponent("out")
        try? FileManager.default.removeItem(at: out)
        let output = program.folder.appendingPathComponent("answer")
        let arguments = verb.contains("--store") ? verb : verb + ["--store", "s.db"]
        let process = try program.start(arguments, output: output)
        var patience = 6_000
        while process.isRunning, patience > 0 {
            usleep(patience > 5_900 ? 1_000 : 10_000)
            patience -= 1
        }
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            return Answer(status: 124, text: "")
        }
        process.waitUntilExit()
        let status = process.terminationStatus
        var text = Self.results(
            try String(decoding: Data(contentsOf: output), as: UTF8.self), of: verb)
        let files = FileManager.default.enumerator(at: out, includingPropertiesForKeys: nil)
        for file in (files?.compactMap { $0 as? URL } ?? []).sorted(by: { $0.path < $1.path }) {
            guard let data = try? Data(contentsOf: file) else { continue }
            text += file.lastPathComponent + data.base64EncodedString()
        }
        return Answer(
            status: process.terminationReason == .uncaughtSignal ? 128 + status : status, text: text
        )
    }

    /// What of an answer is a result: no events, which are words.
    private static func results(_ text: String, of verb: [String]) -> String {
        guard verb.first == "show", let end = text.range(of: "\nEvents") else { return text }
        return String(text[..<end.lowerBound])
    }
}
