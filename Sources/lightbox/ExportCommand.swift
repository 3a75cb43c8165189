import ArgumentParser
import Assembly
import Console
import Domain
import Files
import Foundation
import Inference
import ONNX
import Reports
import RunStore
import Runner
import TensorCore
import Wording

/// `lightbox export FORMAT --output PATH`
struct ExportCommand: ParsableCommand {
    /// What other tools take.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case mlflow, tensorboard, csv, safetensors, onnx
    }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copy runs into the formats of other tools.",
        discussion: """
            mlflow       an SQLite tracking store that MLflow 2.9 and 3 open
            tensorboard  a folder of event files, one folder a run
            csv          a folder of tables: runs, settings, curves, tags, results, images, classes
            safetensors  the weights of one run (see examples/load_in_pytorch.py)
            onnx         the networks of one run, for ONNX Runtime, OpenVINO and others
            """)

    @Argument(help: "mlflow, tensorboard, csv, safetensors or onnx.")
    var format: Format

    @Option(name: .shortAndLong, help: "File (mlflow, safetensors, onnx) or folder to write.")
    var output: String

    @OptionGroup var outputs: OutputOptions

    @Option(help: "Only the runs of this experiment.")
    var experiment: String?

    @Option(name: .customLong("run"), help: "Only this run: number or digest (repeatable).")
    var names: [String] = []

    @Option(help: "Weights that are exported: best or last (safetensors, onnx).")
    var weights = WeightsKind.best

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let store = try storeOption.openForReading()
        let runs = try selected(in: store)
        guard !runs.isEmpty else {
            throw CommandFailure(
                .noInput,
                experiment.map { "no runs of experiment '\($0)' in \(store.url.path)" }
                    ?? "\(store.url.path) has no runs yet")
        }
        guard !output.isEmpty else {
            throw CommandFailure(
                .cannotCreate, "--output is ''; expected the name of a file or a folder")
        }
        let target = URL(fileURLWithPath: output)
        let rule = try outputs.rule(reading: store, writing: output)
        switch format {
        case .mlflow:
            let file = try rule.file(output)
            try MLflowStore(store).write(runs, to: target, rule: rule)
            try file.say(
                "\(output): \(Plural.count(runs.count, "run")); "
                    + "mlflow ui --backend-store-uri sqlite:///\(output)")
        case .tensorboard:
            let files = try TensorBoardExport(store).write(runs, to: target, rule: rule)
            try Printer.standard.print(
                "\(output): \(Plural.count(files.count, "event file")); "
                    + "tensorboard --logdir \(output)")
        case .csv:
            let files = try CSVExport(store).write(runs, to: target, rule: rule)
            try Printer.standard.print(files.map(\.relativePath))
        case .safetensors: try copyWeights(of: one(runs), in: store)
        case .onnx: try writeNetworks(of: one(runs), in: store)
        }
    }

    private func selected(in store: RunStore) throws -> [RunID] {
        if let experiment { try store.requireExperiment(experiment) }
        let runs = try store.runs(ofExperiment: experiment)
        guard !names.isEmpty else { return runs }
        let wanted = try Set(names.map { try RunName($0).id(in: store) })
        return runs.filter(wanted.contains)
    }

    private func one(_ runs: [RunID]) throws -> RunID {
        guard let run = runs.first, runs.count == 1 else {
            throw CommandFailure(
                .usage,
                "\(format.rawValue) takes one run, found \(runs.count); name it with --run")
        }
        return run
    }

    private func copyWeights(of run: RunID, in store: RunStore) throws {
        let kind = "weights-\(weights.rawValue)"
        guard let file = try store.files(of: run)[kind]?.get() else {
            throw CommandFailure(
                .noInput, "run \(run) has no \(weights.rawValue) weights; expected a completed run")
        }
        let bytes = try WeightsFile(file).bytes
        let target = try outputs.rule(reading: store, [file.url.path], writing: output)
            .file(output)
        try target.write([UInt8](bytes))
        try target.say("\(output): \(bytes.count) bytes, sha256 \(file.record.digest)")
    }

    private func writeNetworks(of run: RunID, in store: RunStore) throws {
        let stored = try StoredRun(run, in: store)
        let predictor = try Predictor(
            run: stored, weights: weights, context: ComputeContext(threads: Machine.processors))
        let model = try predictor.onnx(from: store, version: Version.text)
        let bytes = try model.bytes()
        let read = try stored.file(of: weights).map { [$0.url.path] } ?? []
        let target = try outputs.rule(reading: store, read, writing: output).file(output)
        try target.write(bytes)
        let shape = model.graph.outputs.map(\.name).joined(separator: " and ")
        try target.say("\(output): \(bytes.count) bytes; image to \(shape)")
    }
}
