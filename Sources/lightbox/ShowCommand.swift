import ArgumentParser
import Assembly
import Console
import Foundation
import RunStore
import Specification

/// `lightbox show RUN`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one run: settings, results, files, events.")

    @Argument(
        help: ArgumentHelp(
            "Number of the run, or the beginning of its digest.", valueName: "run"))
    var name: String

    @OptionGroup var page: PageOptions
    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let store = try storeOption.openForReading()
        let id = try RunName(name).id(in: store)
        let overview = try store.table(.overview, of: id)
        let printer = ResultPrinter(format: .table, columns: page.columns)
        let known = zip(overview.columns, overview.rows.first ?? []).filter { $1 != .null }
        let procedure = known.first { $0.0 == "procedure" }.map { ResultPrinter.shortText($1) }
        // A classifier uses no network and no loss of a grid, though its run has a name of each.
        let facts = known.filter { name, _ in
            procedure.map { SettingUse.isUsed(name, by: $0) } ?? true
        }
        let split = try store.splitSizes(of: id)
        // A classifier has no segmentation loss, whatever its cell names.
        let cell = (try? StoredRun(id, in: store))?.cell
        let idle = ["model", "loss"].filter { cell?.uses($0) == false }
        let shown = facts.map { name, value -> (name: String, text: String) in
            let note = idle.contains(name) ? " (not used)" : Self.unit(of: name, value)
            return (name, ResultPrinter.shortText(value) + note)
        }
        var lines = printer.list(
            shown
                + (split.map { [(name: "split", text: Self.text(of: $0))] } ?? []))
        let classes = try store.classes(ofRun: id) ?? []
        for (table, title) in Self.sections {
            let result = try store.table(table, of: id)
            guard !result.rows.isEmpty else { continue }
            lines += ["", title]
            lines += printer.table(table == .testResults ? result.naming(classes) : result)
        }
        let events = try store.table(.events, of: id)
        if !events.rows.isEmpty {
            lines += ["", "Events"]
            lines += events.rows.flatMap { row in
                let texts = row.map(ResultPrinter.shortText)
                let level = texts[1].padding(toLength: 7, withPad: " ", startingAt: 0)
                return WrappedText.lines("\(texts[0])  \(level)  ", texts[2], within: page.columns)
            }
        }
        try page.show(lines)
    }

    private static let sections: [(RunTable, title: String)] = [
        (.settings, "Settings"), (.tags, "Tags"), (.curves, "Curves"),
        (.testResults, "Test results (mean over images; pooled over all pixels)"),
        (.hardestImages, "Hardest test images"),
        (
            .external,
            "On other data sets (Dice or accuracy, mean over images; pooled over all pixels)"
        ),
        (.files, "Files"), (.notes, "Notes"),
    ]

    /// "train 10 (2 labelled), validation 4, test 7" of the numbers of images.
    private static func text(of split: SplitSizes) -> String {
        let part = split.labelled < split.train ? " (\(split.labelled) labelled)" : ""
        return "train \(split.train)\(part), validation \(split.validation), test \(split.test)"
    }

    /// The unit behind a number of the run; empty where it has none.
    private static func unit(of name: String, _ value: QueryValue) -> String {
        switch (name, value) {
        case ("seconds", _): " s"
        case ("labels", _): " %"
        case ("images_per_second", _): " images/s"
        case ("peak_memory", .integer(let bytes)):
            " bytes (\(ResultNumber.short(Double(bytes) / 1_000_000)) MB)"
        default: ""
        }
    }
}

extension QueryResult {
    /// Says `class-f1 of normal` for the store's `class-f1/0`, in the first column.
    fileprivate func naming(_ classes: [String]) -> QueryResult {
        let named = rows.map { row in
            guard case .text(let name) = row.first, name.hasPrefix("class-"),
                let slash = name.lastIndex(of: "/"),
                let number = Int(name[name.index(after: slash)...]),
                classes.indices.contains(number)
            else { return row }
            return [.text("\(name[..<slash]) of \(classes[number])")] + row.dropFirst()
        }
        return QueryResult(columns: columns, rows: named, isTruncated: isTruncated)
    }
}
