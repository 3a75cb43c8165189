import Foundation
import RunStore
import Testing

/// Weights that are not what the store recorded are used by no verb.
@Suite struct WeightsTests {
    private func program() throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny.replacing("[tv, kltv]", with: "tv"), to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml")
        try #require(ending.status == 0, "\(ending.errors)")
        return program
    }

    /// What reads weights.
    private static let verbs = [
        ["predict", "--run", "1", "--image", "data/MontgomerySet/CXR_png", "--csv", "t.csv"],
        ["export", "safetensors", "--run", "1", "--output", "w.safetensors"],
        ["export", "onnx", "--run", "1", "--output", "w.onnx"],
        [
            "report", "overlays", "--experiment", "tiny", "--data", "data", "--output",
            "overlays.md",
        ],
        ["merge", "results/lightbox.db", "--store", "other/o.db", "--copy-files"],
    ]

    @Test func alteredWeightsAreRefusedByEveryVerb() throws {
        let program = try program()
        let store = try RunStore(at: program.folder.appendingPathComponent("results/lightbox.db"))
        let file = try #require(try store.files(of: 1)["weights-best"]).get().url
        let bytes = try Data(contentsOf: file)
        var changed = bytes
        changed[bytes.count - 9] ^= 0x80
        try changed.write(to: file)
        for verb in Self.verbs {
            let ending = try program.run(verb)
            #expect(ending.status != 0, "\(verb)")
            #expect(ending.errors.contains("its SHA-256 is"), "\(verb): \(ending.errors)")
        }
        // A device that never ends, and a pipe that nobody writes to.
        for path in ["/dev/zero", "pipe"] {
            unlink(file.path)
            if path == "pipe" {
                try #require(mkfifo(file.path, 0o600) == 0)
            } else {
                try FileManager.default.createSymbolicLink(
                    atPath: file.path, withDestinationPath: path)
            }
            for verb in Self.verbs.prefix(3) {
                let ending = try program.run(verb)
                #expect(ending.status == 65, "\(verb)")
                #expect(ending.errors.contains("expected a regular file"), "\(ending.errors)")
            }
        }
        unlink(file.path)
        let gone = try program.run(Self.verbs[1])
        expectSentence(gone, status: 66, "is gone")
        try bytes.write(to: file)
        for verb in Self.verbs.prefix(4) {
            let ending = try program.run(verb)
            #expect(ending.status == 0, "\(verb): \(ending.errors)")
        }
    }

    @Test func aClassNameMayHoldAComma() throws {
        let program = try Program()
        try program.drawPhantoms()
        let drawn = program.folder.appendingPathComponent("data/MontgomerySet")
        let own = program.folder.appendingPathComponent("data/own")
        for (source, target) in [("CXR_png", "images"), ("ManualMask/leftMask", "masks")] {
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: drawn.appendingPathComponent(source), to: own.appendingPathComponent(target))
        }
        let names = try FileManager.default.contentsOfDirectory(
            atPath: own.appendingPathComponent("images").path
        ).sorted()
        var table = "file,class\n"
        for (index, name) in names.enumerated() {
            table += "\(name),\(index % 2 == 0 ? "\"normal, clear\"" : "TB")\n"
        }
        try program.write(table, to: "data/own/labels.csv")
        let training = try program.run(
            "train", "--dataset", "folder:own", "--procedure", "classification", "--image", "32",
            "--width", "1", "--epochs", "1", "--batch", "4",
            "--data", "data")
        try #require(training.status == 0, "\(training.errors)")
        // It needs no network and no loss of masks, and none is said.
        #expect(
            training.errors.contains("folder:own classification 100 % seed 1"),
            "\(training.errors)")
        let shown = try program.run("show", "1").output.split(separator: "\n")
        #expect(!shown.contains { $0.hasPrefix("loss ") || $0.hasPrefix("model ") })
        let lacking = try program.run("train", "--dataset", "folder:own", "--model", "unet")
        #expect(lacking.status == 64)
        #expect(lacking.errors.contains("expected --loss with procedure 'supervised'"))
        let ending = try program.run(
            "predict", "--run", "1", "--image", "data/own/images/\(names[0])", "--csv", "t.csv")
        #expect(ending.status == 0, "\(ending.errors)")
        let csv = try String(
            contentsOf: program.folder.appendingPathComponent("t.csv"), encoding: .utf8)
        let header = csv.split(separator: "\n").first ?? ""
        #expect(header.contains("\"probability normal, clear\""), "\(header)")
        #expect(header.components(separatedBy: "probability ").count == 3, "\(header)")
    }
}
