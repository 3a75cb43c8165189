public import ArgumentParser
import Assembly
import Console
import Datasets
import Domain
import Files
import Foundation
import Imaging
import Inference
import Metrics
import RunStore
import Runner
import Specification
import TensorCore
import Wording

/// `lightbox predict --run RUN --image in.png --output mask.png`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Segment and classify images with a trained run.",
        discussion: """
            One image gives one file of each kind; several images, a folder or a list give folders \
            of files that keep the images' names. A mask has the image's size: 1 where the \
            probability is at least 0.5. Runs that learned classes print each class's probability. \
            A run of several structures writes a mask of each, mask.heart.png, and mask.png with 1 \
            for the first, 2 for the second and so on, later ones on top.

            Several runs answer together, as an ensemble: with the mean of their probabilities. The \
            standard deviation of these is the uncertainty, a map of each structure and, as its mean \
            over the image, a column of the table.
            """)

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "Run, or runs that answer together: numbers, ranges and beginnings of digests, such as 4,7-9.",
            valueName: "runs"))
    var name: String

    @Flag(
        help: ArgumentHelp(
            "Also the image mirrored from left to right, with left and right structures exchanged.")
    )
    var mirror = false

    @Option(
        help: ArgumentHelp(
            "Probability from which a pixel is foreground: a number, or validation for the one that was best on the run's validation images (default: 0.5).",
            valueName: "number"))
    var threshold: MaskThreshold?

    @Option(
        name: .customLong("image"),
        help:
            "Image to segment (\(ImageFormatRegistry.list(joining: "or"))), or a folder (repeatable)."
    )
    var images: [String] = []

    @Option(help: "Text file with the path of one image a line.")
    var list: String?

    @Option(name: .shortAndLong, help: "Mask to write: PNG with one bit a pixel.")
    var output: String?

    @Option(help: "Image with the mask's outline to write: PNG.")
    var overlay: String?

    @Option(help: "Map of probabilities to write: PNG, 16 bits, 65535 is 1.")
    var probability: String?

    @Option(
        help:
            "Map of uncertainty to write: standard deviation of the runs' probabilities, PNG, 16 bits, 65535 is 1."
    )
    var uncertainty: String?

    @Option(help: "Table to write, one row an image: shares, class probabilities, metrics (CSV).")
    var csv: String?

    @Option(
        name: .customLong("mask"),
        help: ArgumentHelp(
            "Drawn mask to compare with, or a folder of masks named like the images; several, such "
                + "as left and right lung, are united. Of one of several structures: NAME=PATH; a "
                + "label map shows each that the table beside it names.",
            valueName: "path"))
    var masks: [String] = []

    @Option(help: "Which weights: best (at the best validation Dice) or last.")
    var weights = WeightsKind.best

    @OptionGroup var writing: OutputOptions
    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let store = try storeOption.openForReading()
        let stored = try RunSelection.ids([name], option: "--run", in: store).sorted().map {
            try StoredRun($0, in: store)
        }
        var inputs = try PredictInputs(images: images, list: list)
        let context = ComputeContext(threads: Machine.processors)
        let predictor = try Ensemble(
            stored.map { try Predictor(run: $0, weights: weights, context: context) },
            mirrors: mirror)
        let drawn = try DrawnStructures(
            masks, of: predictor.structures,
            meaning: DatasetRegistry.find(stored[0].cell.dataset)?.masks)
        let outputs = try outputs(
            for: &inputs, store: store, weights: stored, structures: predictor.structures,
            masks: drawn)
        let wantsMask =
            [output, overlay, probability, uncertainty].contains { $0 != nil } || !masks.isEmpty
            || threshold != nil
        if wantsMask, !predictor.givesMasks {
            throw PredictionError.noMasks(run: stored[0].id, procedure: stored[0].cell.procedure)
        }
        if uncertainty != nil, predictor.count == 1 {
            throw CommandFailure(
                .usage,
                "--uncertainty: run \(stored[0].id) alone does not disagree with itself; expected "
                    + "several runs, or --mirror")
        }
        let cuts = try threshold?.cuts(of: predictor, weights: weights, in: store)
        var table = PredictionTable(
            classNames: predictor.classNames, structures: predictor.structures)
        var broken: [String] = []
        var compared: [URL] = []
        for input in inputs.files {
            do {
                let row = try row(
                    of: input, inputs: &inputs, outputs: outputs, by: predictor, cuts: cuts,
                    masks: drawn)
                table.rows.append(row)
                if !row.comparisons.isEmpty { compared.append(input) }
                for line in table.lines(of: row, outputs.names(input)) {
                    try say(line, besides: outputs)
                }
            } catch let error where inputs.isMany && !(error is OutputError) {
                guard let failure = CommandFailure(error), !(error is PrintError) else {
                    throw error
                }
                Printer.errors.say("lightbox: \(failure.message)")
                broken.append(input.relativePath)
            }
        }
        try outputs.table?.write(Array(table.csv.utf8))
        let seen = SeenInputs(runs: stored, in: store).note(on: compared)
        for line in table.summary(wantsMasks: !masks.isEmpty) + (seen.map { [$0] } ?? []) {
            try say(line, besides: outputs)
        }
        guard broken.isEmpty else {
            throw CommandFailure(
                .failed,
                "\(broken.count) of \(Plural.count(inputs.files.count, "image")) gave no result: "
                    + broken.prefix(5).joined(separator: ", ") + (broken.count > 5 ? ", …" : ""))
        }
        if !masks.isEmpty, compared.isEmpty {
            throw CommandFailure(
                .noInput,
                "no mask for any image in '\(masks.joined(separator: "', '"))'; expected NAME, "
                    + "NAME_mask, NAME-mask or NAME_seg (.png, .gif) for an image NAME.png")
        }
    }

    /// Where everything goes; what the command reads is never written over.
    private func outputs(
        for inputs: inout PredictInputs, store: RunStore, weights runs: [StoredRun],
        structures: [String], masks: DrawnStructures
    ) throws -> PredictOutputs {
        var drawn: [String] = []
        for file in inputs.files {
            do {
                for paths in masks.paths {
                    drawn += try inputs.masks(in: paths, for: file).map(\.path)
                }
            } catch is DatasetError where inputs.isMany {
                // Said when it is the image's turn.
                continue
            }
        }
        var read: [String] = [store.url.path] + drawn
        read += inputs.files.map { $0.path }
        if let list { read.append(list) }
        for case .success(let file) in runs.flatMap(\.files.values) { read.append(file.url.path) }
        let folders = (inputs.files.map(\.path) + drawn).map {
            ($0 as NSString).deletingLastPathComponent
        }
        let data = DataFiles(below: DataRoot(option: nil), named: try store.datasetNames())
            .with(DataFiles(around: Set(folders)))
        var places: [PredictOutputs.Kind: String] = [:]
        places[.mask] = output
        places[.overlay] = overlay
        places[.probability] = probability
        places[.uncertainty] = uncertainty
        return try PredictOutputs(
            places, csv: csv, for: inputs, structures: structures,
            under: writing.rule(reading: read, and: data))
    }

    /// Prints a line; beside a stream of bytes it goes to standard error.
    private func say(_ line: String, besides outputs: PredictOutputs) throws {
        if outputs.useStream {
            Printer.errors.say(line)
        } else {
            try Printer.standard.print(line)
        }
    }

    /// Segments and classifies one image, and writes what is asked for.
    private func row(
        of input: URL, inputs: inout PredictInputs, outputs: PredictOutputs,
        by predictor: Ensemble, cuts: [Float]?, masks: DrawnStructures
    ) throws -> PredictionTable.Row {
        let bytes = try ImageFile.bytes(of: input)
        let picture = try ImageFile.decode(bytes, name: input.relativePath)
        let answer = predictor.answer(
            forPlanes: predictor.channels == 1
                ? [picture]
                : try ImageFile.planes(
                    bytes, name: input.relativePath, channels: predictor.channels))
        var row = PredictionTable.Row(
            image: input.relativePath, width: picture.width, height: picture.height,
            classes: answer.classes, uncertainty: answer.uncertainty.map(Self.mean))
        let found =
            cuts.map { cuts in
                zip(answer.masks, cuts).map { map, cut in map.map { $0 >= cut ? 1 : 0 } }
            } ?? BinaryMask.foreground(answer.masks, areExclusive: predictor.areExclusive)
        let spacing =
            self.masks.isEmpty ? nil : try LabelSearch.spacing(of: input, holding: bytes)
        for (index, mask) in found.enumerated() {
            let files = try inputs.masks(in: masks.paths[index], for: input)
            row.comparisons[index] = try masks.comparison(
                of: mask, index, in: picture, with: files, spacing: spacing)
            row.foreground.append(Double(mask.reduce(0) { $0 + Int($1) }) / Double(mask.count))
        }
        for (output, mask) in zip(outputs.each(.mask, input), found) {
            try output.write(Seal.sealed(png: PredictionPicture.mask(mask, of: picture)))
        }
        for (output, map) in zip(outputs.each(.probability, input), answer.masks) {
            try output.write(Seal.sealed(png: PredictionPicture.map(map, of: picture)))
        }
        for (output, map) in zip(outputs.each(.uncertainty, input), answer.uncertainty) {
            try output.write(Seal.sealed(png: PredictionPicture.map(map, of: picture)))
        }
        if found.count > 1, let output = outputs[.mask, input] {
            try output.write(Seal.sealed(png: PredictionPicture.labels(found, of: picture)))
        }
        if let output = outputs[.overlay, input], !found.isEmpty {
            try output.write(Seal.sealed(png: PredictionPicture.outlines(found, of: picture)))
        }
        return row
    }

    private static func mean(_ map: [Float]) -> Double {
        map.reduce(0) { $0 + Double($1) } / Double(map.count)
    }
}

extension WeightsKind: ExpressibleByArgument {}
