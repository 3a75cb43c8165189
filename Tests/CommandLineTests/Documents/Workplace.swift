import Foundation
import Testing

/// Folders in which the documents' commands work.
enum Workplace {
    /// Documents that begin in an empty folder, as their readers do.
    static let beginnings = ["docs/own-data.md", "docs/tutorial.md"]

    /// What stands in documents for something of the reader's.
    private static let substitutions = [
        (#"\bDIR\b"#, "data"), ("/path/to/data", "data"), ("/shared/data", "data"),
    ]

    /// A folder of its own for a document: empty, or with data, experiments, and a store with runs.
    static func folder(for document: String) throws -> Program {
        let program = try Program()
        if !beginnings.contains(document) {
            let source = try full.get().folder
            for name in try FileManager.default.contentsOfDirectory(atPath: source.path)
            where !name.hasPrefix(".out-") && !name.hasPrefix(".err-") {
                try FileManager.default.copyItem(
                    at: source.appendingPathComponent(name),
                    to: program.folder.appendingPathComponent(name))
            }
        }
        let shipped = "results/shipped/results.db"
        if try Repository.text(document).contains(shipped) {
            try program.write("", to: "results/shipped/.keep")
            try FileManager.default.copyItem(
                at: Repository.url(shipped), to: program.folder.appendingPathComponent(shipped))
        }
        let bin = program.folder.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: bin.appendingPathComponent("lightbox"), withDestinationURL: Program.executable)
        return program
    }

    /// An experiment that trains in a moment: the same cells, of an epoch over small images.
    static func small(_ experiment: String) -> String {
        experiment.replacing(#/\bepochs: \d+/#, with: "epochs: 1")
            .replacing(#/\bimage: \d+/#, with: "image: 32")
            .replacing(#/\bbatch: \d+/#, with: "batch: 8")
            .replacing(#/\bwidth: \[\d+, \d+\]/#, with: "width: [1, 2]")
            .replacing(#/\bwidth: \d+/#, with: "width: 1")
            .replacing(#/\btrials: \d+/#, with: "trials: 2")
    }

    /// The script of a block, for the folder.
    static func script(of block: DocumentBlock) throws -> String {
        try substitutions.reduce(block.script ?? "") { script, pair in
            try script.replacing(Regex(pair.0), with: pair.1)
        }
    }

    /// What readers of most pages have; made once.
    private static let full = Result { try make() }

    private static func make() throws -> Program {
        let program = try Program()
        for path in try Repository.files(in: "experiments") where path.hasSuffix(".yaml") {
            try program.write(small(Repository.text(path)), to: path)
        }
        let grid = """
            report: sweep rows=model,loss columns=labels
            grid: {dataset: mcx, model: unet, loss: [tv, kltv], labels: [10, 100], seed: 1}
            train: {epochs: 1, image: 32, batch: 8, width: 1}
            """
        for name in ["grid", "my-grid"] {
            try program.write("name: \(name)\n\(grid)\n", to: name + ".yaml")
        }
        let phantoms = ["--count", "16", "--size", "64"]
        for words in [
            ["data", "phantom", "data/demo"] + phantoms,
            ["data", "phantom", "data", "--layout", "mcx", "--layout", "jcx"] + phantoms,
            // No image of another data set is one of these.
            ["data", "phantom", "data", "--layout", "scx", "--seed", "2"] + phantoms,
            ["data", "phantom", "data/clinic", "--layout", "folder", "--seed", "3"] + phantoms,
            ["sweep", "experiments/demo.yaml", "--quiet"], ["sweep", "my-grid.yaml", "--quiet"],
        ] {
            let ending = try program.run(words)
            try #require(ending.status == 0, "\(words): \(ending.errors)")
        }
        try writeFilesOfOtherTools(in: program)
        for folder in [".local/share/bash-completion/completions", ".zfunc", ".config/fish"] {
            try program.write("", to: folder + "/completions/.keep")
        }
        // The program of a build; the shell finds it as `lightbox`.
        try program.write("#!/bin/sh\nexec lightbox \"$@\"\n", to: ".build/release/lightbox")
        let build = program.folder.appendingPathComponent(".build/release/lightbox")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: build.path)
        return program
    }

    private static func writeFilesOfOtherTools(in program: Program) throws {
        let run = "mlruns/1/0123456789abcdef0123456789abcdef/"
        for (path, text) in [
            (
                "question.sql",
                "SELECT count(*) FROM run_overview WHERE model = coalesce(:model, model)"
            ),
            (
                "lines.jsonl",
                """
                {"lightbox": 1, "experiment": "mine", "params": {"lr": 0.1}, "tags": {"who": "me"}}
                {"step": 1, "metrics": {"validation/loss": 0.25}}
                {"status": "completed"}
                """
            ),
            (
                "table.csv",
                "run_id,name,params.lr,metrics.dice\na,first,0.1,0.9\nb,second,0.2,0.8\n"
            ),
            // A program that experiments name; it is read, not run.
            ("train.py", "pass"), ("models/unet.py", "pass"),
            ("version_1/metrics.csv", "step,loss\n1,0.5\n2,0.25\n"),
            ("mlruns/1/meta.yaml", "name: mine\nlifecycle_stage: active\n"),
            (
                run + "meta.yaml",
                "run_id: 0123456789abcdef0123456789abcdef\nrun_name: first\nstatus: 3\n"
                    + "start_time: 1700000000000\nend_time: 1700000001000\nlifecycle_stage: active\n"
            ),
            (run + "metrics/loss", "1700000000500 0.5 1\n"), (run + "params/lr", "0.1"),
        ] { try program.write(text, to: path) }
        for name in ["runs.csv", "wandb.csv"] {
            try program.write(
                "run_id,name,status,params.lr,metrics.dice\n\(name),one,finished,0.1,0.9\n",
                to: name)
        }
        try program.write("step,_runtime,loss\n0,0.5,0.5\n1,1.5,0.25\n", to: "a1b2c3.csv")
        try writeRunOfWandB(in: program)
        // A store that is not the reader's: what it exports is new to that.
        for words in [
            ["log", "lines.jsonl"], ["export", "mlflow", "--output", "mlflow.db"],
            ["export", "tensorboard", "--output", "runs"],
        ] {
            let ending = try program.run(words + ["--store", "theirs/store.db"])
            try #require(ending.status == 0, "\(words): \(ending.errors)")
        }
        try drawForNNUNet("data/Dataset001_Chest", in: program)
    }

    /// A log of W&B with one setting and one value, made with its client's messages.
    private static func writeRunOfWandB(in program: Program) throws {
        let log = """
            OlcmQuG+AACVVuMvAAGKASwKBmExYjJjMxoEbWluZSIMCgoKAmxyggEDMC4xQgVmaXJzdIoBBgiA8J3HBgTOs4UU\
            AAESEgoMEgRsb3NzggEDMC41EgIIAbqXpVcFAAGSAQIQAQ==
            """
        let folder = program.folder.appendingPathComponent(
            "wandb/offline-run-20251009_085320-a1b2c3")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try #require(Data(base64Encoded: log)).write(
            to: folder.appendingPathComponent("run-a1b2c3.wandb"))
    }

    /// Images and label maps as nnU-Net has them.
    private static func drawForNNUNet(_ path: String, in program: Program) throws {
        let drawn = try program.run(
            "data", "phantom", path, "--layout", "folder", "--structures", "lungs,heart", "--masks",
            "labels", "--count", "6", "--size", "64")
        try #require(drawn.status == 0, "\(drawn.errors)")
        let manager = FileManager.default
        let folder = program.folder.appendingPathComponent(path)
        try manager.moveItem(
            at: folder.appendingPathComponent("masks"),
            to: folder.appendingPathComponent("labelsTr"))
        try manager.createDirectory(
            at: folder.appendingPathComponent("imagesTr"), withIntermediateDirectories: true)
        for image in try manager.contentsOfDirectory(
            atPath: folder.appendingPathComponent("images").path)
        {
            try manager.moveItem(
                at: folder.appendingPathComponent("images/\(image)"),
                to: folder.appendingPathComponent(
                    "imagesTr/" + image.replacing(".png", with: "_0000.png")))
        }
        for name in ["images", "dataset.yaml", "structures.csv", "labels.csv", "phantom.json"] {
            try? manager.removeItem(at: folder.appendingPathComponent(name))
        }
        try program.write("{}", to: path + "/dataset.json")
    }
}
