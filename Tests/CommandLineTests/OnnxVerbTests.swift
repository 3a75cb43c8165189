import Domain
import Foundation
import RunStore
import TestSupport
import Testing

/// `lightbox export onnx`: what stands in the file, and which runs have none.
@Suite struct OnnxVerbTests {
    private func file(_ program: Program, _ arguments: [String]) throws -> (Data, ONNXFile) {
        let ending = try program.run(["export", "onnx", "--output", "n.onnx"] + arguments)
        try #require(ending.status == 0, "\(ending.errors)")
        let bytes = try Data(contentsOf: program.folder.appendingPathComponent("n.onnx"))
        #expect(ending.output.contains("\(bytes.count) bytes"))
        return (bytes, ONNXFile([UInt8](bytes)))
    }

    private func facts(_ file: ONNXFile) -> [String: String] {
        Dictionary(uniqueKeysWithValues: file.metadata.map { ($0.key, $0.value) })
    }

    @Test func theFileSaysHowItIsUsed() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(
            Program.tiny.replacing("[tv, kltv]", with: "tv"), to: "e.yaml")
        try #require(try program.run("sweep", "e.yaml").status == 0)
        let (bytes, best) = try file(program, ["--run", "1"])
        let store = try RunStore(at: program.folder.appendingPathComponent("results/lightbox.db"))
        let facts = facts(best)
        #expect(best.producer == "lightbox" && best.metadata.count == 13)
        #expect(facts["lightbox.format"] == "1" && facts["lightbox.weights"] == "best")
        let digest = try store.cellRun(1).configuration.digest
        #expect(facts["lightbox.run"] == digest)
        let fingerprint = try store.reportFingerprint(ofRun: 1)
        #expect(fingerprint != nil && facts["lightbox.dataset-fingerprint"] == fingerprint)
        #expect(facts["lightbox.structures"] == "[\"lungs\"]", "\(facts)")
        #expect(facts["lightbox.classes"] == "[]", "\(facts)")
        #expect(facts["lightbox.normalisation"] == "min-max")
        #expect(facts["lightbox.resize"] == "stretch")
        #expect(facts["lightbox.exclusive"] == "false" && facts["lightbox.channels"] == "1")
        let cut = try #require(try store.thresholds(of: 1, weights: .best)["threshold"])
        #expect(facts["lightbox.thresholds"] == "[\(cut)]")
        let side = try #require(facts["lightbox.image-height"].flatMap { Int($0) })
        #expect(side == Int(facts["lightbox.image-width"] ?? ""))
        // Nothing of where it was made and what the files are called.
        for text in [program.folder.path, "MCUCXR", NSUserName() + "@", "results/"] {
            #expect(bytes.range(of: Data(text.utf8)) == nil, "\(text) stands in the file")
        }
        // The same bytes every time; other weights are others.
        #expect(try file(program, ["--run", "1"]).0 == bytes)
        let (_, last) = try file(program, ["--run", "1", "--weights", "last"])
        #expect(self.facts(last)["lightbox.weights"] == "last")
        // It answers as `predict` does; phantoms are as large as the network's images at most.
        let answer = try ReferenceRuntime(best).run(
            NumberArray([Double](repeating: 0, count: side * side), shape: [1, 1, side, side]))
        #expect(answer["probabilities"]?.shape == [1, 1, side, side])
    }

    /// Names of structures and classes are a person's: they come back whole. Masks exclude each other, and
    /// a classifier sees them.
    @Test func namesAreKeptAsTheyAre() throws {
        let program = try Program()
        let drawing = try program.run(
            "data", "phantom", "data/own", "--layout", "folder", "--structures", "lungs,heart",
            "--masks", "labels", "--count", "8", "--size", "32")
        try #require(drawing.status == 0, "\(drawing.errors)")
        let table = program.folder.appendingPathComponent("data/own/labels.csv")
        let lines = try String(contentsOf: table, encoding: .utf8).split(separator: "\n")
        let header = lines[0].split(separator: ",").map(String.init)
        let place = try #require(header.firstIndex(of: "class"), "\(header)")
        let names = try Set(
            lines.dropFirst().map { line in
                try #require(line.split(separator: ",").dropFirst(place).first)
            })
        let odd = ["\"a \"\"quoted\"\", name\"", "<b>é\\n</b>"]
        var text = lines.joined(separator: "\n") + "\n"
        for (name, other) in zip(names.sorted(), odd) {
            text = text.replacing(",\(name)", with: "," + other)
        }
        try program.write(text, to: "data/own/labels.csv")
        let training = try program.run(
            "train", "--dataset", "folder:own", "--procedure", "appau-net", "--model", "unet",
            "--loss", "tv", "--image", "32", "--width", "1", "--epochs", "1", "--batch", "4",
            "--data", "data", "--structures", "lungs,heart", "--exclusive", "true")
        try #require(training.status == 0, "\(training.errors)")
        let (_, own) = try file(program, ["--run", "1"])
        let facts = facts(own)
        let classes = try JSONDecoder().decode(
            [String].self, from: Data((facts["lightbox.classes"] ?? "").utf8))
        #expect(Set(classes) == ["a \"quoted\", name", "<b>é\\n</b>"], "\(classes)")
        #expect(facts["lightbox.structures"] == "[\"lungs\",\"heart\"]")
        #expect(facts["lightbox.exclusive"] == "true" && facts["lightbox.thresholds"] == nil)
        #expect(own.outputs.map(\.name) == ["probabilities", "classes"])
        #expect(own.outputs.map { $0.extents[1] } == ["2", "2"])
    }

    @Test func whatHasNoNetworksIsRefused() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        try #require(try program.run("sweep", "e.yaml").status == 0)
        let target = program.folder.appendingPathComponent("n.onnx").path
        expectSentence(
            try program.run("export", "onnx", "--output", "n.onnx"), status: 64,
            "onnx takes one run, found 2; name it with --run")
        #expect(!FileManager.default.fileExists(atPath: target))
        let log = try program.shell(
            "printf '%s\\n' '{\"lightbox\": 1, \"experiment\": \"mine\"}' '{\"status\": \"completed\"}' | \"$@\"",
            ["lightbox", "log"])
        try #require(log.status == 0, "\(log.errors)")
        let logged = try program.run("export", "onnx", "--run", "3", "--output", "n.onnx")
        #expect(logged.status != 0 && logged.status < 126, "\(logged.errors)")
        #expect(!FileManager.default.fileExists(atPath: target))
    }
}
