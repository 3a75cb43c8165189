import Assembly
import Domain
import Foundation
import Programs
import RunStore
import Testing

@testable import Specification

/// `trainer:` in experiment files, and the cells that it makes.
@Suite struct TrainerSpecTests {
    let folder: URL
    let vocabulary = Zoo.standard.vocabulary(reports: ["sweep"])

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lightbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("models"), withIntermediateDirectories: true)
        try write("train", "train.py")
        try write("net", "models/net.py")
    }

    private func write(_ text: String, _ path: String) throws {
        try text.write(
            to: folder.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }

    private static let text = """
        name: outside
        train: {epochs: 4, optimizer: sgd, width: 3, depth: [2, 3], fast: true, momentum: 0.90}
        grid: {dataset: mcx, model: [smp-unet-resnet18, mine], loss: my.dice, seed: [1, 2]}
        trainer: {command: [python3, train.py, --fast], code: [train.py, models/]}
        """

    private func cells(_ text: String = text, overrides: [String] = []) throws -> [Cell] {
        let spec = try Spec(
            text: text, path: folder.appendingPathComponent("e.yaml").path, overrides: overrides,
            vocabulary: vocabulary)
        return try SweepPlan(spec, vocabulary: vocabulary).cells
    }

    private func sentence(_ text: String) -> String {
        do {
            _ = try cells(text)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func theIdentityHasTheProgramAndItsSettings() throws {
        let cells = try cells()
        #expect(cells.count == 8)
        let code = try #require(cells[0].program?.digest)
        #expect(code.count == 64)
        #expect(
            cells[0].configuration(fingerprint: "f").json
                == """
                {"dataset":"mcx","fingerprint":"f","labels":100,"loss":"my.dice",\
                "model":"smp-unet-resnet18","procedure":"program","seed":1,\
                "settings":{"depth":2,"epochs":4,"fast":true,"momentum":0.9,"optimizer":"sgd",\
                "width":3},"trainer":{"code":"\(code)","command":["python3","train.py","--fast"]}}
                """)
        let parameters = cells[0].description(fingerprint: "f").parameters
        #expect(parameters["width"] == .integer(3) && parameters["image"] == .integer(128))
        #expect(parameters["learning-rate"] == nil)
    }

    @Test func anEditedProgramIsAnotherCell() throws {
        func digests() throws -> [String] {
            try cells().map { $0.configuration(fingerprint: "f").digest }
        }
        let before = try digests()
        try write("note", "README.md")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("models/__pycache__"),
            withIntermediateDirectories: true)
        try write("x", "models/__pycache__/net.pyc")
        try write("x", "models/.hidden")
        #expect(try digests() == before, "what is no code does not count")
        try write("net 2", "models/net.py")
        #expect(Set(try digests()).isDisjoint(with: before))
        try write("net", "models/net.py")
        #expect(try digests() == before)
        #expect(
            try cells(Self.text.replacing("--fast]", with: "--slow]"))
                .map { $0.configuration(fingerprint: "f").digest } != before)
    }

    @Test func aCellSurvivesItsWayToAnotherProcess() throws {
        for cell in try cells() {
            let there = try Cell(texts: cell.texts, from: "test", vocabulary: vocabulary)
            #expect(there == cell)
        }
    }

    @Test func everythingMayBeOverridden() throws {
        let cells = try cells(overrides: ["depth=[2, 4, 6]", "extra=a b", "model=mine"])
        #expect(cells.count == 6)
        #expect(cells.allSatisfy { $0.free["extra"] == .text("a b") })
        #expect(
            cells[5].title(varied: ["depth"]) == "mcx mine my.dice program 100 % depth 6 seed 2")
    }

    @Test func exclusionsAndSearchesKnowTheProgramsSettings() throws {
        let excluded = Self.text + "\nexclude: [{model: mine, depth: 3}]"
        #expect(try cells(excluded).count == 6)
        let search = """
            name: looking
            trainer: {command: [python3, train.py], code: train.py}
            grid: {dataset: mcx, model: mine}
            train: {epochs: 9}
            search:
              method: asha
              trials: 4
              space: {lr: {log-uniform: [1e-4, 1]}, width: {integer: [1, 9]}, mode: {choice: [a, b]}}
            """
        let spec = try Spec(
            text: search, path: folder.appendingPathComponent("e.yaml").path,
            vocabulary: vocabulary)
        #expect(spec.search?.objective.description == "validation/dice")
        #expect(spec.search?.space.parameters.map(\.name) == ["lr", "mode", "width"])
    }

    @Test(arguments: [
        ("code: [train.py, models/]", "code: nothing.py", "code 'nothing.py' cannot be used"),
        (", code: [train.py, models/]", "", "the key 'trainer: code' is missing"),
        ("command: [", "comand: [", "unknown key 'comand' in 'trainer'; did you mean 'command'?"),
        ("model: [", "procedure: s4mcl, model: [", "unknown key 'procedure' in 'grid'"),
        ("my.dice", "'my dice'", "'loss' is 'my dice'; expected a name of up to 100"),
        ("dataset: mcx", "dataset: mxc", "unknown data set 'mxc'"),
        ("epochs: 4", "epochs: four", "'epochs' is 'four'; expected a whole number"),
        ("fast: true", "a b: 1", "unknown key 'a b' in 'train'"),
        ("fast: true", "deep: [[1, 2], [3]]", "'deep' is"),
        ("name: outside", "name: outside\nevaluate: scx", "'evaluate' tests Lightbox's own"),
        ("trainer: {", "trainer: {grace: -1, ", "'grace' is '-1'; expected seconds, from 0"),
    ])
    func whatCannotBeIsSaidWithItsPlace(old: String, new: String, expected: String) {
        let found = sentence(Self.text.replacing(old, with: new))
        #expect(found.contains(expected), "\(found)")
    }

    /// True, false and null in YAML's spellings, and what is quoted as a text.
    @Test func valuesHaveYAMLsMeaning() throws {
        let text = Self.text.replacing(
            "fast: true",
            with:
                "a: False, b: TRUE, c: ~, d: \"0.1\", e: 'true', f: '\"0.1\"', g: [null, x], h: 0.1"
        )
        let cells = try cells(text)
        let free = cells[0].free
        #expect(free["a"] == .flag(false) && free["b"] == .flag(true) && free["c"] == .null)
        #expect(free["d"] == .text("0.1") && free["e"] == .text("true"))
        #expect(free["f"] == .text("\"0.1\"") && free["h"] == .number(0.1))
        #expect(Set(cells.compactMap { $0.free["g"] }) == [.null, .text("x")])
        for cell in cells {
            #expect(try Cell(texts: cell.texts, from: "test", vocabulary: vocabulary) == cell)
        }
        let json = cells[0].configuration(fingerprint: "f").json
        #expect(json.contains("\"a\":false,\"b\":true,\"c\":null,\"d\":\"0.1\""), "\(json)")
    }

    @Test func whatIsLikelyNotMeantIsNoted() throws {
        func notes(_ text: String) throws -> [String] {
            let spec = try Spec(
                text: text, path: folder.appendingPathComponent("e.yaml").path,
                vocabulary: vocabulary)
            return try SweepPlan(spec, vocabulary: vocabulary).notes
        }
        #expect(try notes(Self.text).isEmpty)
        let beside = try notes(Self.text.replacing("[train.py, models/]", with: "models"))
        #expect(beside.count == 1 && beside[0].contains("train.py of the program's command"))
        let near = try notes(Self.text.replacing("fast: true", with: "imgae: 32, Epochs: 3"))
        #expect(near.count == 2 && near.contains { $0.contains("did you mean 'image'?") })
        #expect(near.contains { $0.contains("did you mean 'epochs'?") }, "\(near)")
    }

    @Test func versionsOfAProgramAreParameters() throws {
        let before = try cells()[0].parameters
        try write("net 2", "models/net.py")
        let after = try cells()[0].parameters
        #expect(before["trainer-code"] != nil && before["trainer-code"] != after["trainer-code"])
        #expect(after["trainer-command"] == .text("python3 train.py --fast"))
    }

    /// A report may have the program's settings as axes.
    @Test func reportsAreAskedAboutTheProgramsSettings() throws {
        var vocabulary = vocabulary
        let box = Box()
        vocabulary.reportFault = { _, values in
            box.found = [values("depth"), values("nothing")]
            return nil
        }
        _ = try Spec(
            text: Self.text + "\nreport: sweep rows=depth",
            path: folder.appendingPathComponent("e.yaml").path, vocabulary: vocabulary)
        #expect(box.found == [["2", "3"], []])
    }

    private final class Box: @unchecked Sendable { var found: [Set<String>?] = [] }

    /// Without a trainer nothing is free.
    @Test func lightboxsOwnCellsAreAsStrictAsEver() {
        let text = """
            name: own
            grid: {dataset: mcx, model: unet, loss: tv}
            train: {depth: 3}
            """
        #expect(sentence(text).contains("unknown key 'depth' in 'train'"))
    }
}
