import ArgumentParser
import Console
import Datasets
import Domain
import Foundation
import Settings
import Specification
import Training
import Wording

/// `lightbox data check [NAME …]`
struct DataCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read every file and report what is wrong or odd.",
        discussion: """
            Counts, sizes, bit depths and classes; broken files, missing and extra masks, masks \
            that are empty, full or of several values, shapes that differ, implausible lungs, \
            equal images, patients in two splits, files and columns that are not read. What is an \
            error here stops training too, and the exit status is then 1.
            """)

    @Argument(help: "Datasets to check (default: all that are there).")
    var names: [String] = []

    @OptionGroup var place: DataRootOption

    @OptionGroup var structures: StructureOption

    @Option(
        help: ArgumentHelp(
            "The setting 'image' of the training to be: says which masks come out empty at that size.",
            valueName: "size"))
    var image: String?

    @Option(
        help: ArgumentHelp(
            "The setting 'resize' of the training to be: what becomes of images of another shape.",
            valueName: "resize"))
    var resize: String?

    @Option(
        help: ArgumentHelp(
            "The setting 'channels' of the training to be: rgb says which images have no colours.",
            valueName: "channels"))
    var channels: String?

    func validate() throws { _ = try preparation() }

    /// What the settings that are options say; nil where none is written.
    private func preparation() throws -> ImagePreparation? {
        var settings = TrainingSettings()
        let texts = [("image", image), ("resize", resize), ("channels", channels)]
        for case (let name, let text?) in texts {
            do {
                try TrainingSettings.field(name)?.set(text, in: &settings)
            } catch SettingError.badValue(_, let found, let expected) {
                throw ValidationError("--\(name) is \(found); expected \(expected).")
            }
        }
        return texts.allSatisfy { $0.1 == nil } ? nil : settings.preparation
    }

    @Option(help: "table or json.")
    var format = DataFormat.table

    @Flag(help: "Name every file of every finding, not the first eight (JSON always does).")
    var all = false

    @OptionGroup var paging: PagerOption

    func run() throws {
        let progress = LineProgress("checked")
        var reports: [DatasetReport] = []
        var broken: [(name: String, sentence: String)] = []
        let names = try chosen(), preparation = try preparation()
        for name in names {
            let entry = try DatasetRegistry.require(name, below: place.root)
            defer { progress.finish() }
            do throws(DatasetError) {
                let report = try entry.check(
                    place.root, structures: structures.names, preparation: preparation,
                    progress: progress.update)
                if let report { reports.append(report) }
            } catch {
                // The others are looked at all the same.
                guard names.count > 1 else { throw error }
                broken.append((name, error.description))
            }
        }
        switch format {
        case .json: try Printer.standard.write(DataFormat.json(reports) + "\n")
        case .table:
            let limit = all ? Int.max : 8
            let columns = Screen(of: .standard)?.columns ?? 80
            var texts = reports.map { $0.text(itemLimit: limit, columns: columns) }
            if names.count > 1 {
                texts.append(Self.summary(of: reports, broken: broken.map(\.name)))
            }
            try PagedOutput.show(
                VisibleText.lines(texts.joined(separator: "\n\n")), isPaged: paging.pager)
        }
        for (_, sentence) in broken { Printer.errors.say("lightbox: \(sentence)") }
        if !broken.isEmpty || !reports.allSatisfy(\.isSound) { throw ExitCode(1) }
    }

    /// What became of several data sets: `3 data sets: 2 without an error; errors in folder:lab`.
    static func summary(of reports: [DatasetReport], broken: [String]) -> String {
        let faulty = reports.filter { !$0.isSound }.map(\.dataset) + broken
        let count = Plural.count(reports.count + broken.count, "data set")
        guard !faulty.isEmpty else { return "\(count): no errors" }
        let sound = reports.count(where: \.isSound)
        return "\(count): \(sound) without an error; errors in \(faulty.joined(separator: ", "))"
    }

    /// The named data sets, else all that are there; the error of the first when none is.
    private func chosen() throws -> [String] {
        if !names.isEmpty { return names }
        let all = DatasetPresence.all(below: place.root)
        var found = all.filter { $0.images != nil }
        // What one reader takes for broken may be another's, and whole.
        found += all.filter { broken in
            broken.isBroken
                && !found.contains { broken.remark.contains(($0.folder ?? "/") + "/") }
        }
        if found.isEmpty {
            let root = place.root
            let hint = DatasetPresence.hint(below: root) ?? DatasetPresence.advice(below: root)
            throw CommandFailure(
                .noInput, "no data set in \(root.url.relativePath) (\(root.origin)); \(hint)")
        }
        return found.map(\.dataset).filter { $0 != "ccx" }
    }
}

/// A count on standard error that overwrites itself; nothing where that is no terminal.
final class LineProgress: Sendable {
    private let verb: String
    private let isTerminal = Printer.errors.isTerminal && Screen.isCapable

    init(_ verb: String) { self.verb = verb }

    /// Shows how many of `total` are done.
    var update: @Sendable (_ done: Int, _ total: Int) -> Void {
        { [verb, isTerminal] done, total in
            guard isTerminal, done % 8 == 0 || done == total else { return }
            try? Printer.errors.write("\r\(verb) \(done) of \(total)")
        }
    }

    /// Clears the line.
    func finish() {
        if isTerminal { try? Printer.errors.write("\r\u{1b}[K") }
    }
}
