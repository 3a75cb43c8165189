import Domain
import Foundation
import RunStore
import Specification
import Testing

@testable import Runner

/// What `lightbox status` prints, for terminals of every size.
@Suite struct StatusTests {
    /// A store with so many runs at work, and seven that failed.
    private func status(running: Int) throws -> StoreStatus {
        let bench = try Workbench()
        let cells = (0..<(running + 7)).map { index -> RunDescription in
            var cell = Cell()
            cell.dataset = "mcx"
            cell.model = "attention-unet"
            cell.loss = "kltv"
            cell.seed = UInt64(index)
            return cell.description(fingerprint: "f")
        }
        let environment = RunEnvironment(version: "test", cpu: "test", threads: 1)
        for (index, run) in try bench.store.plan(cells).enumerated() {
            let lease = try #require(
                try bench.store.claim(run.id, for: Worker(), environment: environment))
            if index >= running {
                try lease.fail("loss is nan at epoch \(index), step 2")
            } else if index > 0 {
                try lease.log(
                    [
                        MetricPoint(
                            split: .validation, name: "dice", epoch: 10 * index, value: 0.9)
                    ],
                    progress: RunProgress(
                        epoch: 10 * index, step: 3, steps: 6, loss: 0.5 / Double(index),
                        imagesPerSecond: 210))
            }
        }
        return try bench.store.status()
    }

    @Test(arguments: [20, 40, 80, 100, 200], [5, 14, 24, 200])
    func sixteenWorkersFitAnyTerminal(columns: Int, rows: Int) throws {
        let lines = StatusText(try status(running: 16), columns: columns, rows: rows).lines
        #expect(lines.count <= rows)
        #expect(lines.allSatisfy { $0.count <= columns }, "\(lines)")
        #expect(lines[0].hasPrefix("16 running, 7 fail"))
        #expect(lines.count < 24 || lines.contains { $0.hasPrefix(" 16") || $0.hasPrefix("16 ") })
    }

    @Test func theMostNeededColumnsStay() throws {
        let status = try status(running: 3)
        let wide = StatusText(status, columns: 200).lines
        #expect(wide[1].contains("worker") && wide[1].contains("speed"))
        #expect(wide[1].contains("Dice") && wide[3].contains("0.900"))
        #expect(wide[3].contains("mcx attention-unet kltv 100 % seed 1"))
        #expect(wide[3].contains("10/300") && wide[3].contains("process \(getpid())"))
        #expect(wide[2].contains("0/300"), "before its first step")
        let narrow = StatusText(status, columns: 40).lines
        #expect(narrow[1].hasPrefix("run  cell") && narrow[1].contains("epoch"))
        #expect(!narrow[1].contains("worker") && !narrow[1].contains("speed"))
        #expect(narrow[3].contains("…") && narrow[3].contains("10/300"))
        #expect(wide.last == "and 2 failures before")
    }
}
