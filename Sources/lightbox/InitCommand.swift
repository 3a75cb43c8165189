import ArgumentParser
import Console
import Datasets
import Domain
import Files
import Foundation
import Wording

/// `lightbox init [FILE]`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write an example experiment for the data that is here.",
        discussion: "A file that exists is never written over.")

    @Argument(help: "File to write.")
    var file = FirstExperiment.path

    @Option(help: "The data set (else the first that is found and has masks).")
    var dataset: String?

    @OptionGroup var place: DataRootOption

    func run() throws {
        let root = place.root
        let found = DatasetPresence.all(below: root)
        let chosen = try choice(among: found, below: root)
        let stem = (file as NSString).lastPathComponent.replacing(#/\.ya?ml$/#, with: "")
        let output = try OutputRule(
            existing: .none,
            inputFolders: DataFiles(below: root, named: found.map(\.dataset)).folders
        ).file(file)
        let experiment = FirstExperiment(
            name: output.isStream ? "first" : FileName.encoded(stem), dataset: chosen,
            others: FirstExperiment.usable(found).map(\.dataset).filter { $0 != chosen.dataset },
            data: place.data)
        try output.write(Array(experiment.text.utf8), isListed: false)
        try output.say(
            "\(file): \(chosen.dataset), \(Plural.count(chosen.masked ?? 0, "image")) with a mask; "
                + "next: lightbox sweep \(file)")
    }

    private func choice(
        among found: [DatasetPresence], below root: DataRoot
    ) throws -> DatasetPresence {
        let usable = FirstExperiment.usable(found)
        guard let dataset else {
            if let first = usable.first { return first }
            let bare = found.first { $0.images != nil }
            throw CommandFailure(.noInput, Self.sentence(bare, below: root))
        }
        if let chosen = usable.first(where: { $0.dataset == dataset }) { return chosen }
        _ = try DatasetRegistry.require(dataset, below: root)
        let there = found.first { $0.dataset == dataset }
        if there == nil || there?.images == nil && there?.isBroken == false, !usable.isEmpty {
            let names = usable.map(\.dataset)
            let near = NearestName.of(dataset, in: names).map { "; did you mean '\($0)'?" } ?? ";"
            throw CommandFailure(
                .noInput,
                "data set '\(dataset)' not found in \(root.url.relativePath) (\(root.origin))"
                    + "\(near) there: \(names.joined(separator: ", "))")
        }
        throw CommandFailure(.noInput, Self.sentence(there, below: root))
    }

    /// Why nothing can be written.
    private static func sentence(_ set: DatasetPresence?, below root: DataRoot) -> String {
        if let set, set.images != nil || set.isBroken {
            let fault = set.remark.isEmpty ? "has no image with a mask" : set.remark
            return
                "no experiment for data set '\(set.dataset)' in \(root.url.relativePath): \(fault)"
        }
        let hint =
            DatasetPresence.hint(below: root)
            ?? (isEmpty(root.url)
                ? "'lightbox data phantom \(root.url.relativePath)' draws one, 'lightbox data list "
                    + "--long' says what is looked for" : DatasetPresence.advice(below: root))
        return "no data set with masks in \(root.url.relativePath) (\(root.origin)); \(hint)"
    }

    /// Whether nothing of anybody's lies in a folder, or there is none: it may be drawn into.
    private static func isEmpty(_ folder: URL) -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.allSatisfy { $0.hasPrefix(".") }
    }
}
