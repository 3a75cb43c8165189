public import ArgumentParser
import Experiments
import Foundation
import Imaging
public import RunStore
import TensorCore

/// `lightbox predict --run RUN --image in.png --output mask.png`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Segment an image with a trained run.",
        discussion: "The mask has the image's size: 1 where the probability is at least 0.5.")

    @Option(name: .customLong("run"), help: "Number of the run, or the beginning of its digest.")
    var name: String

    @Option(help: "Image to segment: PNG of any bit depth, GIF, or JSRT's raw format.")
    var image: String

    @Option(help: "Mask to write: PNG with one bit a pixel.")
    var output: String

    @Option(help: "Image with the mask's outline to write: PNG.")
    var overlay: String?

    @Option(help: "Which weights: best (at the best validation Dice) or last.")
    var weights = Weights.best

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let store = try storeOption.openForReading()
        let stored = try StoredRun(RunName(name).id(in: store), in: store)
        let bytes = try ImageFile.bytes(of: URL(fileURLWithPath: image))
        let picture = try ImageFile.decode(bytes, name: image)
        let predictor = try Predictor(
            run: stored, weights: weights, context: ComputeContext(threads: Machine.processors))
        let mask = predictor.probabilities(of: picture).map { UInt8($0 >= 0.5 ? 1 : 0) }
        let (width, height) = (picture.width, picture.height)
        try ImageFile.write(
            PNG.encode(mask: mask, width: width, height: height), to: URL(fileURLWithPath: output))
        if let overlay {
            var drawing = RGBImage(width: width, height: height)
            let grey = picture.pixels.map { Float($0) / Float(picture.maximum) }
            drawing.draw(gray: grey, width: width, height: height, x: 0, y: 0)
            drawing.draw(
                outlineOf: mask, width: width, height: height, x: 0, y: 0,
                colour: RGBImage.Colour(255, 64, 64))
            try ImageFile.write(PNG.encode(drawing), to: URL(fileURLWithPath: overlay))
        }
        let share = 100 * Double(mask.reduce(0) { $0 + Int($1) }) / Double(mask.count)
        print("\(output): \(width) x \(height), \(ResultNumber.short(share)) % foreground")
    }
}

extension Weights: ExpressibleByArgument {}
