import Domain
import Foundation
import RunStore
import Testing

@testable import Server

/// Pages show runs of other programs.
@Suite struct LoggedPagesTests {
    private func add(_ name: String?, _ objective: RunObjective?, to served: ServedStore) throws {
        let store = try RunStore(at: served.url)
        defer { try? store.close() }
        let values = [0.5, 0.25, 0.75]
        _ = try store.record(
            ImportedRun(
                run: LoggedRun(
                    source: "test", id: name ?? "none", name: name,
                    parameters: ["lr": .number(0.125)], tags: ["who": "me & you"],
                    objective: objective),
                state: .completed,
                points: values.enumerated().flatMap { step, value in
                    [
                        LoggedPoint(name: "loss", axis: .step, position: step, value: value),
                        LoggedPoint(
                            split: "train", name: "acc", axis: .epoch, position: step,
                            value: 1 - value),
                    ]
                }, notes: ["a note"]), version: "0")
    }

    @Test func aRunHasItsPage() async throws {
        let served = try ServedStore()
        defer { served.end() }
        try add(
            "first", RunObjective(split: "", name: "loss", direction: .lowerIsBetter), to: served)
        let page = try await served.answer("/runs/1")
        for word in ["first", "0.125", "me &amp; you", "a note", "train acc", "0.25", "completed"] {
            #expect(page.contains(word), "\(word)")
        }
        #expect(page.contains("value=\"loss\" checked") && page.contains("<svg"))
        #expect(!page.contains("Trains"))
    }

    @Test func theListCountsWhatItShows() async throws {
        let served = try ServedStore()
        defer { served.end() }
        try add("first", nil, to: served)
        try add(nil, RunObjective(split: "", name: "loss", direction: .lowerIsBetter), to: served)
        let list = try await served.answer("/")
        #expect(list.contains("2 <span") || list.contains(">2 "))
        #expect(!list.contains("No run matches."))
        #expect(list.contains("Runs of other programs") && list.contains("href=\"/runs/2\""))
        let part = try await served.answer("/?where=name%20%3D%20%27first%27")
        #expect(part.contains("href=\"/runs/1\"") && !part.contains("href=\"/runs/2\""))
        let none = try await served.answer("/?where=name%20%3D%20%27x%27")
        #expect(none.contains("No run matches.") && !none.contains("Runs of other programs"))
        let both = try await served.answer("/compare?runs=1,2")
        #expect(both.contains("Run 1 first") && both.contains("lowest loss"))
    }
}
