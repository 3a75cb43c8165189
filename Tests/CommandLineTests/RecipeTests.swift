import Foundation
import Testing

/// The recipes of CONTRIBUTING.md are whole; `make test-recipes` carries them out.
@Suite struct RecipeTests {
    @Test func everyRegistryThatPeopleExtendHasARecipe() throws {
        let recipes = try Recipe.all()
        let changed = recipes.flatMap(\.steps).compactMap { step in
            if case .line(let path, _, "all", _) = step { path } else { nil }
        }
        for registry in [
            "Models/Model", "Losses/Loss", "Metrics/Metric", "Datasets/Dataset",
            "Training/Procedure", "Imaging/ImageFormat",
        ] {
            #expect(changed.contains("Sources/\(registry)Registry.swift"), "\(registry)")
        }
        #expect(recipes.count == 6)
    }

    @Test func everyStepCanBeDone() throws {
        for recipe in try Recipe.all() {
            #expect(recipe.steps.count >= 3, "\(recipe)")
            var code = ""
            for step in recipe.steps {
                switch step {
                case .file(let path, let text):
                    let file = Repository.url(path)
                    let folder = file.deletingLastPathComponent()
                    #expect(FileManager.default.fileExists(atPath: folder.path), "\(path)")
                    #expect(!FileManager.default.fileExists(atPath: file.path), "\(path)")
                    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(path)")
                    code += text
                case .line(let path, let entry, let list, let before):
                    let text = try Repository.text(path)
                    #expect(
                        Recipe.adding(entry, to: list, before: before, in: text) != nil,
                        "\(path): \(list)")
                    // What the line names is declared in the recipe's own files.
                    guard entry.hasPrefix(".") else { continue }
                    #expect(code.contains("static let \(entry.dropFirst()) = "), "\(entry)")
                }
            }
            let own = code.matches(of: #/struct (\w+Tests)/#).map { String($0.1) }
            #expect(!own.isEmpty && Set(own).isSubset(of: recipe.suites), "\(recipe)")
            let tests = try Repository.files(below: "Tests", ending: "Tests.swift")
            for suite in Set(recipe.suites).subtracting(own) {
                #expect(tests.contains { $0.hasSuffix("/\(suite).swift") }, "\(recipe): \(suite)")
            }
        }
    }

    @Test func aLineIsAddedWhereTheListEnds() {
        let text =
            "    static let all: [(String, [Int])] = [\n        (\"a\", [1]),\n    ]\n\n    let b = []"
        #expect(
            Recipe.adding(".c", to: "all", before: nil, in: text)
                == "    static let all: [(String, [Int])] = [(\"a\", [1]), .c]\n\n    let b = []")
        let short = "static let all: [Entry] = [.a, .b]"
        #expect(
            Recipe.adding(".c", to: "all", before: ".b", in: short)
                == "static let all: [Entry] = [.a, .c, .b]")
        #expect(Recipe.adding(".c", to: "all", before: ".d", in: short) == nil)
        #expect(Recipe.adding(".c", to: "none", before: nil, in: short) == nil)
    }

    /// `make test-recipes` has all steps done in a copy of the repository, and is told the suites.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["APPLY_RECIPES_TO"] != nil))
    func apply() throws {
        let copy = try #require(ProcessInfo.processInfo.environment["APPLY_RECIPES_TO"])
        let recipes = try Recipe.all()
        for recipe in recipes { try recipe.apply(in: URL(fileURLWithPath: copy)) }
        let suites = Set(recipes.flatMap(\.suites)).sorted().map { "\\.\($0)/" }
        try suites.joined(separator: "|").write(
            toFile: copy + "/recipe-suites", atomically: true, encoding: .utf8)
        let files = recipes.flatMap(\.steps).compactMap { step in
            if case .file(let path, _) = step { path } else { nil }
        }
        try files.joined(separator: "\n").write(
            toFile: copy + "/recipe-files", atomically: true, encoding: .utf8)
    }
}
