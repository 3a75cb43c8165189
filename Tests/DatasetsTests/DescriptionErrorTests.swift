import Foundation
import Imaging
import Testing

@testable import Datasets

/// What `dataset.yaml` may not say: a sentence with line and column, and never a crash.
struct DescriptionErrorTests {
    private func refusal(_ text: String) -> String {
        do throws(DatasetError) {
            try DescriptionReader(file: URL(fileURLWithPath: "/d/dataset.yaml"))
                .check(Array(text.utf8))
            return ""
        } catch {
            return error.description
        }
    }

    @Test func errorsNameLineAndColumn() {
        for (text, sentence) in [
            (
                "imags: x\n",
                "/d/dataset.yaml:1:1: unknown key 'imags'; did you mean 'images'? known:"
            ),
            (
                "name: a\nmasks: 3\nlables: {}\n",
                ":3:1: unknown key 'lables'; did you mean 'labels'?"
            ),
            ("images: ../x\n", ":1:9: '../x', expected a place in the folder of dataset.yaml"),
            ("images: /etc\n", ":1:9: '/etc', expected a place in the folder"),
            ("images: a/*/b.png\n", "expected '*' in the name of the files"),
            ("images: a/*_*.png\n", "expected one '*'"),
            ("images: [a]\n", ":1:9: '[a]', expected a folder or a pattern of files"),
            ("labels: {1: lungs, 1: heart}\n", "the key '1' appears twice"),
            ("labels: {1: lungs, 1.0: heart}\n", "the value 1 stands there twice"),
            ("labels: {1: lungs, '#010101': heart}\n", "the value #010101 stands there twice"),
            ("labels: {x: lungs}\n", ":1:10: 'x' is no value"),
            ("labels: {1: all}\n", "'all' is no structure's name"),
            ("labels: {1: background}\n", "'labels' names no structure"),
            ("labels: 3\n", "expected values and names"),
            ("masks: {a: x}\nlabels: {1: b}\n", ":2:9: labels are of masks in one place"),
            ("masks: {a: x, b: y}\nstructures: [a, c]\n", ":2:17: no mask shows a structure 'c'"),
            ("masks: {}\n", "it names 0 structures"),
            ("masks: {'a/b': x}\n", "'a/b' is no structure's name"),
            ("masks: {background: x}\n", "'background' is what shows no structure"),
            ("structures: [a, a]\n", "'a' stands there twice"),
            ("structures: []\n", "it names 0"),
            ("exclusive: maybe\n", ":1:12: 'maybe', expected true or false"),
            ("classes: {colum: x}\n", "unknown key 'colum'; did you mean 'column'?"),
            ("classes: {pattern: x}\n", "'x' is no pattern, expected {class} once"),
            ("patients: {pattern: '{class}'}\n", "is no pattern, expected {patient} once"),
            ("patients: {column: a, pattern: '{patient}*'}\n", "'patients' says two places"),
            ("patients: {}\n", "'patients' says no place"),
            ("split: {table: a.csv, column: b}\n", "unknown key 'column'"),
            ("split: {table: '*.csv'}\n", "expected a file such as labels.csv"),
            ("spacing: 0\n", ":1:10: '0' is no spacing"),
            ("spacing: [1, 2, 3]\n", "is no spacing"), ("spacing: nan\n", "is no spacing"),
            ("name: [a]\n", "'[a]', expected name, a line of text"),
            ("- a\n", ":1:1: '[a]', expected keys such as"),
            ("a: [\n", ":2:1: "), ("name: \"x\n", ":2:1: "), ("\t\n", ":1:1: found character"),
            ("labels: {[1, 2]: a}\n", "is no value"),
        ] {
            let found = refusal(text)
            #expect(found.contains(sentence), "\(text): \(found)")
        }
    }

    @Test func emptyFilesSayNothing() {
        for text in ["", "\n", "# words\n", "{}\n", "---\n"] {
            #expect(refusal(text) == "", "\(text)")
        }
    }

    @Test func hostileTextsEndSoon() {
        let bomb =
            "x-a: &a [x, x]\n"
            + (1..<40).map { "x-\($0): &b\($0) [*\($0 == 1 ? "a" : "b\($0 - 1)"), *a]\n" }.joined()
        _ = refusal(bomb + "images: *b39\n")
        let merges =
            "x-0: &m0 {q: 1}\n"
            + (1..<60).map { "x-\($0): &m\($0) {<<: [*m\($0 - 1), *m\($0 - 1)]}\n" }.joined()
        #expect(refusal(merges + "masks: *m59\n").contains("expected structures and their places"))
        _ = refusal(String(repeating: "[", count: 100_000))
        _ = refusal(String(repeating: "{a: ", count: 50_000))
        #expect(
            refusal(
                "labels: {" + (0..<60_000).map { "\($0): a\($0)" }.joined(separator: ", ") + "}")
                == "")
        #expect(
            refusal("structures: [" + (0..<5000).map { "a\($0)" }.joined(separator: ", ") + "]")
                .contains("expected 1 to 1000"))
        #expect(refusal(String(repeating: "#", count: 1_600_000)).contains("longer than 1,500,000"))
        #expect(
            throws: DatasetError.self,
            performing: {
                try DescriptionReader(file: URL(fileURLWithPath: "/d")).check([0xff, 0xfe, 0x41])
            })
        let pattern = "patients: {pattern: '" + String(repeating: "a*", count: 80) + "{patient}'}"
        #expect(refusal(pattern) == "")
    }

    @Test func theFuzzersCorpusIsReadOrRefused() throws {
        let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus")
        var read = 0
        for folder in ["yaml", "csv"] {
            for file in try FileManager.default.contentsOfDirectory(
                at: corpus.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            {
                let bytes = try ImageFile.bytes(of: file)
                let name = file.lastPathComponent
                if folder == "csv" {
                    read += (try? StructureTable.read(bytes, path: name)) == nil ? 0 : 1
                } else {
                    read += (try? DescriptionReader(file: file).check(bytes)) == nil ? 0 : 1
                }
            }
        }
        #expect(read >= 4)
    }

    @Test func everyPrefixOfADescriptionIsReadOrRefused() {
        let text = """
            name: "Chests"
            images: all/c*.png
            masks: {lungs: all/*_l.png, heart: all/*_h.png}
            structures: [lungs]
            classes: {pattern: "*_{class}", names: {0: a, 1: b}}
            spacing: [0.2, 0.2]
            """
        for count in 0...text.count { _ = refusal(String(text.prefix(count))) }
    }

    @Test func namesThatDoNotFitAreNamed() throws {
        let set = try OwnSet()
        try set.put(OwnSet.table, "structures.csv")
        try set.put("patients: {pattern: \"{patient}_*\"}\n", "dataset.yaml")
        #expect(
            set.refusal()
                == "images/i0.png does not have an expected name: a name as {patient}_*, which says the "
                + "patient (dataset.yaml)")
        try set.put("classes: {pattern: \"i{class}\", names: {0: a, 1: b}}\n", "dataset.yaml")
        #expect(set.refusal().contains("class '2' is not among the names of dataset.yaml"))
        try set.put("classes: {column: class, names: {a: x}}\n", "dataset.yaml")
        try set.put("file,class\ni0,a\ni1,b\n", "labels.csv")
        #expect(set.refusal().hasPrefix("labels.csv, line 3: class 'b' is not among"))
        try set.put("structures: [lungs, kidney]\n", "dataset.yaml")
        #expect(set.refusal().contains("has no structure 'kidney'"), "\(set.refusal())")
        try set.folder.remove("structures.csv")
        #expect(set.refusal().contains("'structures' names 2 of masks in one place"))
        try set.put("masks: nowhere\n", "dataset.yaml")
        #expect(set.refusal().contains("cannot list folder nowhere"), "\(set.refusal())")
        try set.put("table: none.csv\n", "dataset.yaml")
        #expect(set.refusal().contains("none.csv"))
    }
}

/// Patterns of names.
struct NamePatternTests {
    @Test func theWantedTextIsTheShortest() throws {
        func match(_ pattern: String, _ name: String) throws -> String? {
            try #require(NamePattern(pattern, wanted: "{p}"), "\(pattern)").match(name)
        }
        #expect(try match("{p}_*", "P01_L3_1") == "P01")
        #expect(try match("*_{p}", "P01_L3_1") == "L3_1")
        #expect(try match("*_*_{p}", "P01_L3_1") == "1")
        #expect(try match("{p}", "x") == "x" && match("{p}", "") == nil)
        #expect(try match("a{p}b*c", "aXbc") == "X" && match("a{p}b*c", "abc") == nil)
        #expect(try match("*-{p}-*", "a-b-c-d") == "b" && match("ü{p}", "üé") == "é")
        #expect(
            NamePattern("{p}{p}", wanted: "{p}") == nil && NamePattern("a", wanted: "{p}") == nil)
        #expect(NamePattern("{p}{q}", wanted: "{p}") == nil)
        let slow = String(repeating: "*a", count: 90) + "{p}"
        #expect(try match(slow, String(repeating: "a", count: 250)) != nil)
        #expect(try match(slow, String(repeating: "b", count: 250)) == nil)
    }
}
