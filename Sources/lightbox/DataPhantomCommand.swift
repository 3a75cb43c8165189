import ArgumentParser
import Console
import Datasets
import Files
import Foundation
import Wording

/// `lightbox data phantom DIR`
struct DataPhantomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phantom", abstract: "Draw chest X-rays in an official layout.",
        discussion: """
            The readers of the real releases read what this writes: --data DIR then finds the \
            data set of that layout. The file phantom.json beside the images lists what was drawn; \
            results of drawn images are never shown as results of patients. The layout 'folder' is \
            one of your own, drawn right into DIR with labels.csv and dataset.yaml: folder:DIR reads \
            it from the folder above.
            """)

    @Argument(help: "Folder to write below; it is created.")
    var directory: String?

    @Option(help: ArgumentHelp("The same as the argument.", valueName: "dir"))
    var output: String?

    @Option(
        name: .customLong("layout"),
        help: "mcx, scx, jcx, spine or folder; may be repeated (default: mcx).",
        transform: layout(of:))
    var layouts: [PhantomLayout] = []

    @Option(help: "Number of images of each layout.")
    var count = 64

    @Option(
        help: """
            Side of the images in pixels, or 'original' for the release's own size \
            (default: 256).
            """, transform: size(of:))
    var size: PhantomSize?

    @Option(
        help: ArgumentHelp(
            "What the masks of the layout 'folder' show, with commas between: "
                + PhantomStructures.names.joined(separator: ", ") + " (default: lungs).",
            valueName: "names"))
    var structures: String?

    @Option(
        help: """
            How the layout 'folder' shows structures: folders, labels (gray values), colours or \
            suffixes (default: folders).
            """, transform: masks(of:))
    var masks: PhantomMasks?

    @Option(help: "Seed of every shape.")
    var seed: UInt64 = 1

    @Flag(help: "Draw over files, and beside images or another drawing, that are there.")
    var replace = false

    func validate() throws {
        if (directory == nil) == (output == nil) {
            throw ValidationError("expected one folder to write below, such as data/demo.")
        }
        if structures != nil || masks != nil, !layouts.contains(.folder) {
            let option = structures == nil ? "--masks" : "--structures"
            throw ValidationError("\(option) is for --layout folder.")
        }
    }

    func run() throws {
        let place = directory ?? output ?? ""
        _ = try OutputRule().folder(place)
        let folder = URL(fileURLWithPath: place)
        let progress = LineProgress("drew")
        let size = size ?? .square(256)
        var options = PhantomOptions(count: count, size: size, seed: seed)
        options.masks = masks ?? options.masks
        if let structures {
            options.structures = structures.split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        let writers = try (layouts.isEmpty ? [.mcx] : layouts).map {
            try PhantomWriter(layout: $0, options: options)
        }
        for writer in writers { try writer.check(folder, replacing: replace) }
        for writer in writers {
            let images = try writer.write(
                to: folder, replacing: replace, progress: progress.update)
            progress.finish()
            try Printer.standard.print("\(Plural.count(count, "image")) in \(images.path)")
            let others = Self.images(in: images) - count
            if others > 0 {
                Printer.errors.say(
                    "lightbox: \(images.path) holds \(Plural.count(others, "other image")) too, "
                        + "which a data set of that folder has as well")
            }
        }
    }
}

extension DataPhantomCommand {
    fileprivate static func images(in folder: URL) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.count {
            !$0.hasPrefix(".") && ImageFiles.isOne(folder.appendingPathComponent($0))
        }
    }
}

private func layout(of text: String) throws -> PhantomLayout {
    if let layout = PhantomLayout(rawValue: text) { return layout }
    let known = PhantomLayout.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("unknown layout '\(text)'; known: \(known).")
}

private func masks(of text: String) throws -> PhantomMasks {
    if let masks = PhantomMasks(rawValue: text) { return masks }
    let known = PhantomMasks.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("unknown masks '\(text)'; known: \(known).")
}

private func size(of text: String) throws -> PhantomSize {
    if text == "original" { return .original }
    if let side = Int(text) { return .square(side) }
    throw ValidationError("size is '\(text)'; expected a number of pixels or 'original'.")
}
