import ArgumentParser
import Console
import Datasets
import Files
import Foundation
import Imaging

/// `lightbox data show NAME`
struct DataShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Write a contact sheet: images with their mask outlines.")

    @Argument(help: "Dataset to show.")
    var name: String

    @OptionGroup var place: DataRootOption

    @Option(help: "PNG file to write (default: NAME.png).")
    var output: String?

    @OptionGroup var structures: StructureOption

    @OptionGroup var outputs: OutputOptions

    @Option(help: "Images at most, spread evenly over the data set.")
    var limit = 48

    @Option(help: "Images in a row.")
    var columns = 8

    @Option(help: "Side of an image in pixels.")
    var side = 128

    func validate() throws {
        for (name, value, range) in [
            ("limit", limit, 1...10_000), ("columns", columns, 1...100), ("side", side, 16...1024),
        ] where !range.contains(value) {
            throw ValidationError(
                "--\(name) is \(value); expected \(range.lowerBound) to \(range.upperBound).")
        }
    }

    func run() throws {
        let data = DataFiles(below: place.root, named: [name])
        if let output { try OutputError.check(output, endsWith: "png") }
        let target = try outputs.rule(reading: [], and: data).file(
            output ?? FileName.encoded(name) + ".png")
        let progress = LineProgress("read")
        let options = LoadOptions(
            side: side, structures: structures.names, unmasked: .include,
            progress: progress.update)
        let dataset = try DatasetRegistry.require(name, below: place.root).load(place.root, options)
        progress.finish()
        let sheet = ContactSheet.draw(dataset, limit: limit, columns: columns)
        let picture = try DatasetError.wrapping { () throws(ImagingError) in
            try PNG.encode(sheet)
        }
        try target.write(Seal.sealed(png: picture))
        for note in dataset.notes {
            Printer.errors.say("lightbox: \(name): \(note)")
        }
        try target.say(URL(fileURLWithPath: target.name).path)
    }
}
