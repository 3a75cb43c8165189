import Foundation
import GRDB
import Losses
import RunStore
import Testing
import Training

@testable import Specification

/// Runs that were told apart by settings that they do not use are found by the cells that they are.
@Suite final class StoredIdentityTests {
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "identities-\(UUID().uuidString)")
    private let store: RunStore

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try RunStore(at: folder.appending(path: "lightbox.db"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func cell(_ loss: String = "tv", gamma: Double? = nil) -> Cell {
        var cell = Cell()
        (cell.dataset, cell.model, cell.loss) = ("mcx", "unet", loss)
        cell.settings.epochs = 1
        if let gamma { cell.settings[FocalSettings.self].gamma = gamma }
        return cell
    }

    /// Stores the cell as older versions did: with every setting that it names.
    private func store(_ cell: Cell) throws -> RunID {
        let description = cell.description(
            fingerprint: "f", as: cell.writtenConfiguration(fingerprint: "f"))
        return try #require(try store.plan([description]).first).id
    }

    private func complete(_ run: RunID) throws {
        let lease = try store.claim(
            run, for: Worker(), environment: RunEnvironment(version: "0", cpu: "", threads: 1))
        try #require(lease).finish(RunSummary(bestEpoch: 1, seconds: 1))
    }

    /// The run was completed at that time.
    private func complete(_ run: RunID, at time: String) throws {
        try complete(run)
        try DatabaseQueue(path: store.url.path).write {
            try $0.execute(sql: "UPDATE run SET finished = ? WHERE id = ?", arguments: [time, run])
        }
    }

    private func found(_ cell: Cell) throws -> String {
        var identities = StoredIdentities(store)
        return try identities.configuration(of: cell, fingerprint: "f").json
    }

    @Test func aSettingThatIsNotUsedIsInNeitherIdentityNorRecord() {
        #expect(
            cell(gamma: 2).configuration(fingerprint: "f") == cell().configuration(fingerprint: "f")
        )
        #expect(
            cell("focal-tversky", gamma: 2).configuration(fingerprint: "f")
                != cell("focal-tversky").configuration(fingerprint: "f"))
        let parameters = cell(gamma: 2).description(fingerprint: "f").parameters
        #expect(parameters["focal-gamma"] == nil && parameters["tversky-beta"] != nil)
        #expect(parameters["side-weights"] == nil && parameters["adversarial-weight"] == nil)
        #expect(parameters["epochs"] != nil && parameters["width"] != nil)
    }

    @Test func anOlderRunIsTheRunOfEveryEqualCell() throws {
        let old = cell(gamma: 2)
        _ = try store(old)
        let json = old.writtenConfiguration(fingerprint: "f").json
        for cell in [cell(), old, cell(gamma: 3)] { #expect(try found(cell) == json) }
        // Cells that differ in what they use are others.
        let other = cell("focal-tversky", gamma: 2)
        #expect(try found(other) == other.configuration(fingerprint: "f").json)
    }

    /// Completed before open; exactly as written before others; completed first before later.
    @Test func whichRunCountsIsDecided() throws {
        let cells = [2.0, 3, 4].map { cell(gamma: $0) }
        let json = cells.map { $0.writtenConfiguration(fingerprint: "f").json }
        let runs = try cells.map(store)
        try complete(runs[2], at: "2026-01-01T00:00:01.000Z")
        for cell in cells + [cell()] { #expect(try found(cell) == json[2]) }
        try complete(runs[1], at: "2026-01-01T00:00:02.000Z")
        #expect(try found(cells[0]) == json[2])
        #expect(try found(cells[1]) == json[1])
        #expect(try found(cells[2]) == json[2])
        #expect(try found(cell()) == json[2])
        // Both stay.
        #expect(try store.query("SELECT count(*) FROM run").rows[0][0].integer == 3)
    }

    @Test func theCellsOwnRunCountsWhereItAloneIsComplete() throws {
        _ = try store(cell(gamma: 2))
        try complete(store(cell()))
        let own = cell().configuration(fingerprint: "f").json
        #expect(try found(cell(gamma: 2)) == own)
        #expect(try found(cell()) == own)
    }

    @Test func anotherStoresIdentityIsTakenWhereThereIsNoRun() throws {
        let old = cell(gamma: 2).writtenConfiguration(fingerprint: "f")
        var identities = StoredIdentities(store, given: [old])
        #expect(try identities.configuration(of: cell(gamma: 2), fingerprint: "f") == old)
        #expect(try identities.configuration(of: cell(), fingerprint: "f") == old)
    }

    @Test func whatCannotBeReadToTheLetterIsLeftAlone() {
        for json in [
            "", "{}", "[1]", "{\"of\":\"{}\",\"retrain\":\"c\"}",
            "{ \"loss\":\"tv\",\"model\":\"unet\",\"procedure\":\"supervised\",\"settings\":{}}",
        ] {
            #expect(StoredIdentities.current(of: RunConfiguration(canonicalJSON: json)) == nil)
        }
        // A procedure of another program may use anything.
        let other = RunConfiguration(
            canonicalJSON: """
                {"loss":"tv","model":"unet","procedure":"mine","settings":{"focal-gamma":0.1}}
                """)
        #expect(StoredIdentities.current(of: other) == other)
    }
}

/// What a plan says of settings that have no effect.
@Suite struct PlanNoteTests {
    private let vocabulary = Vocabulary(
        datasets: ["mcx"], models: ["unet", "ppau-net"], losses: ["tv", "focal-tversky"],
        procedures: ["supervised", "appau-net", "s4mcl"], reports: [])

    private func plan(_ lines: String) throws -> SweepPlan {
        let text = """
            name: small
            grid:
              dataset: mcx
            \(lines)
            """
        return try SweepPlan(
            Spec(text: text, path: "e.yaml", vocabulary: vocabulary), vocabulary: vocabulary)
    }

    @Test func aGridOverAnUnusedSettingIsOneCell() throws {
        let plan = try plan(
            "  model: unet\n  loss: tv\ntrain:\n  focal-gamma: [0.5, 0.75, 2]")
        #expect(plan.cells.count == 1 && plan.titles == ["mcx unet tv 100 % seed 1"])
        #expect(
            plan.notes == [
                "'focal-gamma' changes nothing: no cell uses it; it is a setting of loss "
                    + "focal-tversky",
                "2 of the grid's 3 cells are trained once with another: they differ only in "
                    + "focal-gamma, which they do not use",
            ])
    }

    @Test func cellsThatUseTheSettingStayApart() throws {
        let plan = try plan(
            "  model: unet\n  loss: [tv, focal-tversky]\ntrain:\n  focal-gamma: [0.5, 2]")
        #expect(
            plan.titles == [
                "mcx unet tv 100 % seed 1",
                "mcx unet focal-tversky 100 % focal-gamma 0.5 seed 1",
                "mcx unet focal-tversky 100 % focal-gamma 2 seed 1",
            ])
        #expect(
            plan.notes == [
                "1 of the grid's 4 cells is trained once with another: it differs only in "
                    + "focal-gamma, which it does not use"
            ])
    }

    @Test func settingsOfNetworksAndProceduresAreSaidToo() throws {
        let plan = try plan(
            """
              model: unet
              loss: tv
            train:
              side-weights: [1, 1, 1, 1]
              unlabelled-weight: 2
              epochs: 3
            """)
        #expect(
            plan.notes == [
                "'side-weights' changes nothing: it is not used; it is a setting of models "
                    + "ppau-net, progressive-attention-unet, progressive-unet and "
                    + "pyramid-progressive-unet",
                "'unlabelled-weight' changes nothing: it is not used; it is a setting of "
                    + "procedures bcp, cps, fixmatch, mean-teacher, s2mcl and s4mcl",
            ])
        #expect(plan.cells.count == 1)
    }

    @Test func aSearchThatMayTryItUsesIt() throws {
        let space = "search:\n  space:\n    focal-gamma: {uniform: [0.5, 2]}\n"
        let fixed = try plan("  model: unet\n  loss: tv\n" + space)
        #expect(fixed.notes.count == 1)
        let both = try plan(
            "  model: unet\n" + space + "    loss: {choice: [tv, focal-tversky]}\n")
        #expect(both.notes.isEmpty)
    }

    @Test func aGridWithoutSuchSettingsHasNoNotes() throws {
        let plan = try plan(
            "  model: unet\n  loss: tv\ntrain:\n  width: [4, 8]\n  tversky-beta: [0.5, 0.7]")
        #expect(plan.cells.count == 4 && plan.notes.isEmpty)
    }
}
