public import ArgumentParser
import Experiments
import Foundation
import Imaging
import Metrics
public import RunStore
import TensorCore

/// `lightbox predict --run RUN --image in.png --output mask.png`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Segment images with a trained run.",
        discussion: """
            One image gives one file of each kind; several images, a folder or a list give folders \
            of files that keep the images' names. A mask has the image's size: 1 where the \
            probability is at least 0.5.
            """)

    @Option(name: .customLong("run"), help: "Number of the run, or the beginning of its digest.")
    var name: String

    @Option(
        name: .customLong("image"),
        help:
            "Image to segment (PNG of any bit depth, GIF, JSRT's raw format), or a folder (repeatable)."
    )
    var images: [String] = []

    @Option(help: "Text file with the path of one image a line.")
    var list: String?

    @Option(name: .shortAndLong, help: "Mask to write: PNG with one bit a pixel.")
    var output: String

    @Option(help: "Image with the mask's outline to write: PNG.")
    var overlay: String?

    @Option(help: "Map of probabilities to write: PNG, 16 bits, 65535 is 1.")
    var probability: String?

    @Option(help: "Drawn mask to compare with, or the folder of the masks, named like the images.")
    var mask: String?

    @Option(help: "Which weights: best (at the best validation Dice) or last.")
    var weights = Weights.best

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let store = try storeOption.openForReading()
        let stored = try StoredRun(RunName(name).id(in: store), in: store)
        let inputs = try PredictInputs(images: images, list: list)
        let predictor = try Predictor(
            run: stored, weights: weights, context: ComputeContext(threads: Machine.processors))
        var results: [String: [Double]] = [:]
        for input in inputs.files {
            let picture = try ImageFile.decode(ImageFile.bytes(of: input), name: input.relativePath)
            let probabilities = predictor.probabilities(of: picture)
            let prediction = probabilities.map { UInt8($0 >= 0.5 ? 1 : 0) }
            let written = inputs.place(output, for: input)
            try write(prediction, probabilities, of: picture, input: input, inputs: inputs)
            let share =
                100 * Double(prediction.reduce(0) { $0 + Int($1) }) / Double(prediction.count)
            var line =
                "\(written.relativePath): \(picture.width) x \(picture.height), "
                + "\(ResultNumber.short(share)) % foreground"
            if let values = try compared(prediction, of: picture, input: input, inputs: inputs) {
                for (metric, value) in values {
                    line += ", \(metric.title) \(ResultNumber.short(value))"
                    results[metric.name, default: []].append(value)
                }
            }
            print(line)
        }
        guard inputs.files.count > 1, let dice = results["dice"], !dice.isEmpty else { return }
        let mean = dice.reduce(0, +) / Double(dice.count)
        print("mean Dice of \(dice.count) images: \(ResultNumber.short(mean))")
    }

    private func write(
        _ mask: [UInt8], _ probabilities: [Float], of picture: GrayImage, input: URL,
        inputs: PredictInputs
    ) throws {
        let (width, height) = (picture.width, picture.height)
        try ImageFile.write(
            PNG.encode(mask: mask, width: width, height: height),
            to: inputs.prepared(output, for: input))
        if let probability {
            let map = GrayImage(
                width: width, height: height, maximum: 65535,
                pixels: probabilities.map { UInt16((min(max($0, 0), 1) * 65535).rounded()) })
            try ImageFile.write(PNG.encode(map), to: inputs.prepared(probability, for: input))
        }
        if let overlay {
            var drawing = RGBImage(width: width, height: height)
            let gray = picture.pixels.map { Float($0) / Float(picture.maximum) }
            drawing.draw(gray: gray, width: width, height: height, x: 0, y: 0)
            drawing.draw(
                outlineOf: mask, width: width, height: height, x: 0, y: 0,
                colour: RGBImage.Colour(255, 140, 0))
            try ImageFile.write(PNG.encode(drawing), to: inputs.prepared(overlay, for: input))
        }
    }

    /// The overlap and boundary metrics against the drawn mask; nil where there is none.
    private func compared(
        _ prediction: [UInt8], of picture: GrayImage, input: URL, inputs: PredictInputs
    ) throws -> [(metric: MetricEntry, value: Double)]? {
        guard let mask, let file = inputs.mask(in: mask, for: input) else { return nil }
        let drawn = try ImageFile.decode(ImageFile.bytes(of: file), name: file.relativePath)
        guard drawn.width == picture.width, drawn.height == picture.height else {
            throw CommandFailure(
                .badData,
                "\(file.relativePath) is \(drawn.width) x \(drawn.height); expected the image's "
                    + "\(picture.width) x \(picture.height)")
        }
        let target = drawn.pixels.map { UInt8($0 * 2 > drawn.maximum ? 1 : 0) }
        let pair = SegmentationCase(
            target: BinaryMask(target, height: drawn.height, width: drawn.width),
            prediction: BinaryMask(prediction, height: drawn.height, width: drawn.width))
        return [MetricEntry.dice, .jaccard, .hausdorff95].map { ($0, $0.measure(pair)) }
    }
}

extension Weights: ExpressibleByArgument {}
