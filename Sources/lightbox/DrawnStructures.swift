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
    /// What the values of label maps show, by the folder of the maps.
    private let labels: [String: MaskLabels]

    /// Reads `PATH`, and of one of several structures `NAME=PATH`. A label map, or a folder of them,
    /// shows every structure that its table names.
    ///
    /// - Parameters:
    ///   - names: the run's structures.
    ///   - meaning: what the data set's masks show; nil for one that no registry has.
    /// - Throws: `CommandFailure` for a path that says no structure where there are several.
    init(_ arguments: [String], of names: [String], meaning: MaskMeaning?) throws {
        let named = arguments.map { argument in
            names.count > 1 ? Self.structure(of: argument, among: names) : (nil, argument)
        }
        var labels: [String: MaskLabels] = [:]
        for (_, path) in named {
            let place = URL(fileURLWithPath: path)
            labels[Self.folder(of: place)] = try LabelSearch.labels(around: place)
        }
        self.labels = labels
        let tables = labels.values.flatMap(\.structures).map { Structure($0) }
        let choices =
            labels.isEmpty
            ? meaning?.choices ?? [] : MaskMeaning(structures: [], parts: tables).choices
        let structures = names.map { name in
            choices.first { $0.name == name } ?? Structure(name)
        }
        self.structures = structures
        var paths = [[String]](repeating: [], count: names.count)
        for (argument, (name, path)) in zip(arguments, named) {
            let table = labels[Self.folder(of: URL(fileURLWithPath: path))]
            let shown = structures.indices.filter { index in
                if let name { return names[index] == name }
                let known = table?.structures
                return structures[index].parts.allSatisfy { known?.contains($0) ?? true }
            }
            guard names.count == 1 || name != nil || table != nil else {
                throw Self.unnamed(argument, among: names)
            }
            if let table, let lost = Self.lost(structures, shown, of: table) {
                throw CommandFailure(
                    .badData,
                    "\(table.table) beside '\(path)' names no '\(lost)'"
                        + NearestName.suffix(lost, in: table.structures))
            }
            for index in shown { paths[index].append(path) }
        }
        self.paths = paths
    }

    /// `NAME=PATH` taken apart; no name where none of the run's stands there.
    private static func structure(
        of argument: String, among names: [String]
    ) -> (name: String?, path: String) {
        let name = String(argument.prefix { $0 != "=" })
        guard names.contains(name), name.count < argument.count else { return (nil, argument) }
        return (name, String(argument.dropFirst(name.count + 1)))
    }

    private static func unnamed(_ argument: String, among names: [String]) -> CommandFailure {
        let name = String(argument.prefix { $0 != "=" })
        let nearest = NearestName.of(name, in: names)
        return CommandFailure(
            .usage,
            "--mask '\(argument)' says no structure of the run, which has "
                + "\(names.joined(separator: ", ")); expected NAME=PATH, such as "
                + "\(nearest ?? names[0])=masks")
    }

    /// The first structure that a table should name and does not.
    private static func lost(
        _ structures: [Structure], _ shown: [Int], of table: MaskLabels
    ) -> String? {
        let wanted = shown.isEmpty ? Array(structures.indices) : shown
        return wanted.flatMap { structures[$0].parts }.first { !table.structures.contains($0) }
    }

    /// The folder that a file or folder of masks is, or lies in.
    private static func folder(of place: URL) -> String {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
        return isThere && isFolder.boolValue
            ? place.standardizedFileURL.path
            : place.deletingLastPathComponent().standardizedFileURL.path
    }

    /// The overlap and boundary metrics of a structure's mask against the drawn one, which is read as
    /// for training; nil where there is none.
    ///
    /// - Parameter spacing: the distance between the image's pixels, where it is known.
    func comparison(
        of prediction: [UInt8], _ index: Int, in picture: GrayImage, with files: [URL],
        spacing: PixelSpacing?
    ) throws -> PredictionTable.Comparison? {
        guard !files.isEmpty else { return nil }
        let (width, height) = (picture.width, picture.height)
        let masks = try files.flatMap { file -> [MaskImage] in
            let table = labels[Self.folder(of: file)]
            let content = try MaskContent(
                ImageFile.bytes(of: file), name: file.relativePath, labels: table)
            guard DrawnMask.hasShape(of: (width, height), content.info) else {
                throw CommandFailure(
                    .badData,
                    "\(file.relativePath) is \(content.info.width) x \(content.info.height); "
                        + "expected the image's \(width) x \(height), or the same shape in another "
                        + "size")
            }
            let parts = table == nil ? [nil] : structures[index].parts.map(Optional.some)
            let masks = parts.map { content.mask(of: $0) }
            guard !masks.contains(where: \.isNoise) else {
                throw CommandFailure(
                    .badData, "\(file.relativePath) is a mask of noise, where a drawn one has areas"
                )
            }
            return masks
        }
        let drawn = DrawnMask(masks, width: width, height: height, lungs: structures[index].lungs)
        if drawn.isInverted {
            let names = files.map(\.relativePath).joined(separator: ", ")
            let note = "\(names): shows the background and was inverted, as in training"
            Printer.errors.say("lightbox: \(note)")
        }
        return PredictionTable.Comparison(
            target: BinaryMask(drawn.pixels, height: height, width: width),
            prediction: BinaryMask(prediction, height: height, width: width), spacing: spacing)
    }
}
