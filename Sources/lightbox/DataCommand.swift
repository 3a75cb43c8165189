import ArgumentParser
import Console
import Datasets
import Foundation
import Wording

/// `lightbox data list|check|phantom|show`
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Find, check, draw and show data sets.",
        subcommands: [
            DataListCommand.self, DataCheckCommand.self, DataPhantomCommand.self,
            DataShowCommand.self,
        ])
}

/// Where the data sets lie: shared by the verbs that read them.
struct DataRootOption: ParsableArguments {
    @Option(help: "Folder of the data sets (else LIGHTBOX_DATA, else ./data).")
    var data: String?

    var root: DataRoot { DataRoot(option: data) }
}

/// How a listing is printed.
enum DataFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json

    /// Any value as JSON with sorted keys.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// `lightbox data list`
struct DataListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show which data sets are known and which are there.")

    @OptionGroup var place: DataRootOption

    @Option(help: "table or json.")
    var format = DataFormat.table

    @Flag(help: "Also show the expected folders, whom to cite and the terms.")
    var long = false

    func run() throws {
        let found = DatasetPresence.all(below: place.root)
        if format == .json {
            try Printer.standard.write(DataFormat.json(found) + "\n")
            return
        }
        try Printer.standard.print(
            "data folder: \(place.root.url.path) (\(place.root.origin))")
        let screen = Screen(of: .standard)?.columns
        let names = (found.map { DisplayWidth.of(VisibleText.line($0.dataset)) }.max() ?? 0) + 2
        let titles =
            (found.map { DisplayWidth.of(VisibleText.line($0.title)) }.max() ?? 0) + 2
        for presence in found {
            let count = presence.images.map { images in
                "\(Plural.count(images, "image")), \(presence.masked ?? 0) with a mask, in "
                    + (presence.folder ?? "")
            }
            let found = count ?? presence.remark
            let name = VisibleText.line(presence.dataset).filled(to: names)
            let title = VisibleText.line(presence.title)
            let isNarrow = screen.map { names + titles + 40 > $0 } ?? false
            // On a narrow terminal the title stands alone above what was found.
            let lines =
                isNarrow
                ? [name + title]
                    + WrappedText.lines(
                        String(repeating: " ", count: names), found, within: screen)
                : WrappedText.lines(name + title.filled(to: titles), found, within: screen)
            try Printer.standard.print(lines)
            guard long, let entry = DatasetRegistry.find(presence.dataset) else { continue }
            let layout = entry.layout.split(separator: "\n").map(String.init)
            let terms = ["cite: \(presence.citation)", "terms: \(presence.licence)"]
            for line in layout + terms.map(VisibleText.line) {
                try Printer.standard.print(WrappedText.lines("        ", line, within: screen))
            }
        }
        if !found.contains(where: { $0.images != nil }),
            let hint = DatasetPresence.hint(below: place.root)
        {
            try Printer.standard.print(hint)
        }
    }
}

extension String {
    /// With blanks up to that many columns.
    fileprivate func filled(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - DisplayWidth.of(self)))
    }
}
