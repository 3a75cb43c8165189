import Console
import Datasets
import Domain
import Foundation
import Imaging
import Metrics
import Wording

/// Where the masks that were drawn of a run's structures lie, and what predictions are worth beside
/// them.
struct DrawnStructures {
    /// Files or folders of each structure, whose masks are united.
    let paths: [[String]]
    private let structures: [Structure]

    /// Reads `PATH`, and of one of several structures `NAME=PATH`.
    ///
    /// - Parameters:
    ///   - names: the run's structures.
    ///   - meaning: what the data set's masks show; nil for one that no registry has.
    /// - Throws: `CommandFailure` for a path that says no structure where there are several.
    init(_ arguments: [String], of names: [String], meaning: MaskMeaning?) throws {
        let choices = meaning?.choices ?? []
        structures = names.map { name in
            choices.first { $0.name == name } ?? Structure(name)
        }
        guard names.count > 1 else {
            paths = names.isEmpty ? [] : [arguments]
            return
        }
        var paths = [[String]](repeating: [], count: names.count)
        for argument in arguments {
            let name = argument.prefix { $0 != "=" }
            guard let index = names.firstIndex(of: String(name)), name.count < argument.count else {
                let nearest = NearestName.of(String(name), in: names)
                throw CommandFailure(
                    .usage,
                    "--mask '\(argument)' says no structure of the run, which has "
                        + "\(names.joined(separator: ", ")); expected NAME=PATH, such as "
                        + "\(nearest ?? names[0])=masks")
            }
            paths[index].append(String(argument.dropFirst(name.count + 1)))
        }
        self.paths = paths
    }

    /// The overlap and boundary metrics of a structure's mask against the drawn one, which is read as
    /// for training; nil where there is none.
    func metrics(
        of prediction: [UInt8], _ index: Int, in picture: GrayImage, with files: [URL]
    ) throws -> [Double]? {
        guard !files.isEmpty else { return nil }
        let (width, height) = (picture.width, picture.height)
        let masks = try files.map { file -> MaskImage in
            let mask = try MaskImage(ImageFile.bytes(of: file), name: file.relativePath)
            guard DrawnMask.hasShape(of: (width, height), mask) else {
                throw CommandFailure(
                    .badData,
                    "\(file.relativePath) is \(mask.width) x \(mask.height); expected the "
                        + "image's \(width) x \(height), or the same shape in another size")
            }
            guard !mask.isNoise else {
                throw CommandFailure(
                    .badData, "\(file.relativePath) is a mask of noise, where a drawn one has areas"
                )
            }
            return mask
        }
        let drawn = DrawnMask(masks, width: width, height: height, lungs: structures[index].lungs)
        if drawn.isInverted {
            let names = files.map(\.relativePath).joined(separator: ", ")
            let note = "\(names): shows the background and was inverted, as in training"
            Printer.errors.say("lightbox: \(note)")
        }
        let pair = SegmentationCase(
            target: BinaryMask(drawn.pixels, height: height, width: width),
            prediction: BinaryMask(prediction, height: height, width: width))
        return PredictionTable.metrics.map { $0.measure(pair) }
    }
}
