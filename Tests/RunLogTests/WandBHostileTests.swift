import Domain
import Foundation
import ProtocolBuffers
import RunStore
import Testing

@testable import RunLog

/// W&B's logs that are cut off, changed or made to do harm.
@Suite struct WandBHostileTests {
    private let log: LogStore

    init() throws { log = try LogStore() }

    /// What an import of one file hands out, and its report.
    private func read(_ bytes: Data) throws -> (runs: [ImportedRun], report: ImportReport) {
        let file = log.folder.appendingPathComponent("a.wandb")
        try bytes.write(to: file)
        var runs: [ImportedRun] = []
        var report = ImportReport()
        try WandBImport(file).forEach(&report) { runs.append($0) }
        return (runs, report)
    }

    private func read(_ records: [ProtocolBuffer]) throws
        -> (runs: [ImportedRun], report: ImportReport)
    { try read(WandBLog.file(records)) }

    /// Records longer than a block, and ones that end right before its end.
    @Test(arguments: [32_660, 32_670, 32_680, 32_690, 32_700, 32_710, 32_720, 65_000, 200_000])
    func recordsGoOnInTheNextBlock(length: Int) throws {
        for length in length..<length + 10 {
            let text = "\"" + String(repeating: "x", count: length) + "\""
            let (runs, report) = try read([
                WandBLog.run(config: [(["long"], text)]), WandBLog.history(3, [(["loss"], "1")]),
                WandBLog.exit(0),
            ])
            #expect(report.leftOut == [] && runs.count == 1)
            #expect(runs[0].points.count == 1 && runs[0].state == .completed)
            guard case .text(let found)? = runs[0].run.parameters["long"] else {
                Issue.record("no text of \(length) bytes")
                continue
            }
            #expect(found.utf8.count == length)
        }
    }

    /// Cut off anywhere: what was whole before is taken, and the rest is told, as of a run that was killed.
    @Test func aTornFileIsTakenSoFar() throws {
        let bytes = WandBLog.file(WandBLog.whole)
        var seen: Set<Int> = []
        var untold = 0
        for length in 0..<bytes.count {
            let (runs, report) = try read(bytes.prefix(length))
            #expect(runs.count + report.refused.count == 1, "\(length) bytes")
            guard let run = runs.first else { continue }
            seen.insert(run.points.count)
            #expect(run.state == .interrupted)
            if !report.leftOut.contains(where: { $0.contains("cut off or damaged there") }) {
                untold += 1
            }
        }
        // 4 curves after the first step, 6 values after the second, one of the summary.
        #expect(seen == [0, 4, 6, 7])
        // Cut off between two records nobody can know.
        #expect(untold == WandBLog.whole.count - 2)
    }

    /// Changed anywhere: what was whole before is taken, and the rest is told.
    @Test func aChangedFileIsTold() throws {
        let bytes = WandBLog.file(WandBLog.whole)
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 0x55
            let (runs, report) = try read(altered)
            #expect(runs.count + report.refused.count == 1, "byte \(index)")
            let isTold = report.leftOut.contains { $0.contains("damaged there") }
            #expect(!report.refused.isEmpty || isTold, "byte \(index)")
        }
    }

    /// Bytes changed under checksums that are right: whatever is read, the store takes it or refuses it
    /// in a sentence.
    @Test func changedRecordsAreTakenOrRefused() throws {
        var random = SystemRandomNumberGenerator()
        var taken = 0
        for round in 0..<600 {
            var records = WandBLog.whole.map(\.bytes)
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let which = records.indices.randomElement(using: &random) ?? 0
                guard let place = records[which].indices.randomElement(using: &random) else {
                    continue
                }
                switch Int.random(in: 0..<3, using: &random) {
                case 0: records[which][place] = .random(in: 0...255, using: &random)
                case 1: records[which].remove(at: place)
                default: records[which].insert(.random(in: 0...255, using: &random), at: place)
                }
            }
            let file = log.folder.appendingPathComponent("a.wandb")
            try WandBLog.file(of: records).write(to: file)
            let report = try Importer(into: log.store, version: "0").take(WandBImport(file))
            taken += report.refused.isEmpty ? 1 : 0
            #expect(
                report.added + report.extended + report.known + report.refused.count == 1,
                "round \(round): \(records)")
        }
        #expect(taken > 300)
        #expect(try log.store.check() == [])
    }

    /// A record that is no message is counted, and ends nothing.
    @Test func recordsThatAreNoMessagesAreCounted() throws {
        let end = WandBLog.whole.last?.bytes ?? []
        let (runs, report) = try read(
            WandBLog.file(of: [
                WandBLog.run().bytes, [0x10] + [UInt8](repeating: 0x80, count: 10) + [1], [0x0B],
                [0x12, 0xFF, 0x01], end,
            ]))
        #expect(runs.first?.state == .completed)
        #expect(report.leftOut == ["3 records not understood"])
    }

    /// Names and groups deeper and longer than anyone's, and values that are no JSON.
    @Test(.timeLimit(.minutes(5))) func whatIsTooMuchIsCounted() throws {
        let deep = [String](repeating: "n", count: 1_000)
        let json = String(repeating: #"{"a":"#, count: 5_000)
        let long = String(repeating: "k", count: 300)
        let group = (0..<10_000).map { #""\#($0)": 1"# }.joined(separator: ",")
        let (runs, report) = try read([
            WandBLog.run(config: [
                (deep, "1"), (["deep"], json), (["lr"], "0.1"), ([""], "1"), ([long], "{\(group)}"),
            ]),
            WandBLog.history(
                0,
                [(deep, "1"), (["deep"], json), (["loss"], "1"), ([long], "2"), (["x"], "1e999")]),
            WandBLog.history(-1, [(["loss"], "1")]), WandBLog.history(.max, [(["loss"], "2")]),
            WandBLog.summary([([long], "1"), (["s"], "tru")]),
        ])
        #expect(runs.first?.run.parameters == ["lr": .number(0.1)])
        #expect(runs.first?.points.map(\.position) == [0, .max])
        #expect(
            report.leftOut == [
                "1 record of values without a step from 0 on", "3 settings that cannot be read",
                "1 setting with a name that is too long or none",
                "1 value of the summary that cannot be read", "3 values that cannot be read",
                "2 values with a name that is too long or none",
            ])
    }

    /// Many values of one group, set one at a time, take no longer than as many of many groups.
    @Test(.timeLimit(.minutes(5))) func aLargeGroupIsNotCopied() throws {
        let values = WandBValues()
        for number in 0..<50_000 { values.set(["group", "\(number)"], to: .integer(1)) }
        values.set(["group", "7"], to: nil)
        values.set(["none", "at", "all"], to: nil)
        var count = 0
        #expect(values.forEach { _, _ in count += 1 } == 0)
        #expect(count == 49_999)
        values.set(["group"], to: .flag(true))
        #expect(values["group"] == .flag(true))
    }
}
