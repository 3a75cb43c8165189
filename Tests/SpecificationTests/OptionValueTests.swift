import Testing

@testable import Specification

/// Values of options are one scalar or a list, whatever signs they hold.
@Suite struct OptionValueTests {
    private func vocabulary() -> Vocabulary {
        var all = SpecificationTests.vocabulary
        all.datasets.append("folder")
        return all
    }

    private func override(_ assignment: String, of text: String = SpecTests.minimal) throws -> Spec
    {
        try Spec(text: text, path: "e.yaml", overrides: [assignment], vocabulary: vocabulary())
    }

    private func values(_ key: String, _ value: String) throws -> [String]? {
        try override("\(key)=\(value)").axes.first { $0.name == key }?.values
    }

    private func cell(_ options: (String, String)...) throws -> [Spec.Axis] {
        let standard = [("dataset", "mcx"), ("model", "unet"), ("loss", "tv")]
        let all = standard.filter { key, _ in !options.contains { $0.0 == key } } + options
        return try Spec(
            name: "train", options: all.map { (key: $0.0, value: $0.1) }, vocabulary: vocabulary()
        ).axes
    }

    @Test(arguments: [
        "folder:a #b", "folder:x: y", "folder:a, b", "folder:{a}", "folder:a [1]", "folder: a ",
        "folder:&a", "folder:a\\b", "folder:'a'", "folder:null", "folder:- a", "folder:a\"",
    ])
    func aNameIsTheWholeText(name: String) throws {
        #expect(try values("dataset", name) == [name])
        #expect(try cell(("dataset", name)).first { $0.name == "dataset" }?.values == [name])
        #expect(try override("evaluate=\(name)").evaluate == [name])
        // As a store has it.
        let recorded = try Spec(
            recorded: override("dataset=\(name)").plannedSource, vocabulary: vocabulary())
        #expect(recorded.axes.first { $0.name == "dataset" }?.values == [name])
    }

    @Test(arguments: [
        ("learning-rate", "0.1 # 0.001"), ("labels", "10 #0"), ("seed", "1 #5"), ("epochs", "5 #"),
        ("epochs", "5: 6"), ("seed", "&a 1"), ("seed", "!!int 1"), ("width", "- 4"),
    ])
    func whatFollowsBelongsToTheValue(key: String, value: String) {
        let expected = "'\(key)' is '\(value)'; expected"
        let errors = [
            #expect(throws: SpecError.self) { try override("\(key)=\(value)") },
            #expect(throws: SpecError.self) { try cell((key, value)) },
        ]
        for error in errors {
            #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        }
    }

    @Test func listsAreAxes() throws {
        #expect(try values("seed", "[1, 2]") == ["1", "2"])
        #expect(try values("seed", " [ 1,\n  2,\n] ") == ["1", "2"])
        #expect(try values("width", "[4,8]") == ["4", "8"])
        #expect(try values("learning-rate", " 1.0e-3 ") == ["0.001"])
        #expect(try values("labels", "[3 images, 10]") == ["3 images", "10"])
        #expect(
            try values("dataset", "[folder:a #b, 'folder:c, d', \"folder:e]\\u0021\"]")
                == ["folder:a #b", "folder:c, d", "folder:e]!"])
        #expect(try values("dataset", "'folder:it''s'") == ["folder:it's"])
        #expect(try values("structures", "[lungs, heart]") == ["[lungs, heart]"])
        #expect(
            try values("structures", "[[lungs, heart], [lungs]]") == ["[lungs, heart]", "[lungs]"])
        #expect(try values("side-weights", "[1, 1, 1, 1]") == ["[1,1,1,1]"])
        #expect(try override("evaluate=[]").evaluate.isEmpty)
    }

    @Test(arguments: [
        "[1, 2", "[1, 2]]", "[1] 2", "[1,,2]", "[,]", "[]", "'1", "\"1", "\"1\\x\"", "'1' 2",
        "[\"1\" 2]", "{a: 1}", "1\n2", "[[[1]]]", String(repeating: "[", count: 100_000), "",
    ])
    func whatIsNoValueIsRefused(value: String) {
        let error = #expect(throws: SpecError.self) { try values("seed", value) }
        #expect(error?.description.hasPrefix("--set seed=") == true)
        #expect((error?.description.count ?? 0) < 400)
    }

    @Test(arguments: [
        ("dataset", "[folder:a, folder:null]"), ("seed", "[1,2]"), ("seed", "[1]"),
        ("structures", "[[lungs], [heart]]"), ("labels", "[10]"), ("model", "['unet', 'ppau-net']"),
    ])
    func oneCellHasNoLists(key: String, value: String) {
        let error = #expect(throws: SpecError.self) { try cell((key, value)) }
        #expect(error?.description.contains("'train' trains one cell") == true)
    }

    @Test func oneCellHasListsThatAreOneValue() throws {
        let axes = try cell(("structures", "[lungs, heart]"), ("side-weights", "[1,1,1,1]"))
        #expect(axes.allSatisfy { $0.values.count == 1 })
    }

    @Test func oneCellHasOneFold() throws {
        let error = #expect(throws: SpecError.self) { try cell(("folds", "5")) }
        #expect(
            error?.description
                == "--folds 5: 'folds' is '5'; expected a 'fold' beside it: 'train' trains one cell"
        )
        #expect(try cell(("folds", "5"), ("fold", "2")).allSatisfy { $0.values.count == 1 })
    }

    /// What experiment files say stays YAML.
    @Test func filesAreYAML() throws {
        let text = SpecTests.minimal.replacing("seed: [1, 2]", with: "seed: 7 # of 8")
        #expect(try override("epochs=5", of: text).axes.last?.values == ["7"])
    }
}

extension Spec {
    /// The text that a store keeps of it.
    fileprivate var plannedSource: String {
        RecordedSource(text: SpecTests.minimal, overrides: overrides).source
    }
}
