import ArgumentParser
import Console
import Datasets
import Files
import Foundation
import RunStore

/// `--replace`, shared by the verbs that write files.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Replace a file that Lightbox did not make or that was changed since.")
    var replace = false

    /// The rule for a verb that reads these files, and perhaps data sets.
    func rule(reading inputs: [String], and data: DataFiles) -> OutputRule {
        OutputRule(
            existing: replace ? .any : .own, inputs: inputs + data.files,
            inputFolders: data.folders)
    }

    /// The rule for a verb that reads a store, and perhaps its data sets below `root`.
    ///
    /// - Parameter output: the file or folder to be written, whose surroundings are looked at: data sets
    ///   lie elsewhere too.
    func rule(
        reading store: RunStore, _ inputs: [String] = [], writing output: String?,
        below root: DataRoot = DataRoot(option: nil)
    ) throws -> OutputRule {
        rule(
            reading: [store.url.path] + inputs,
            and: try Self.dataFiles(named: store.datasetNames(), writing: output, below: root))
    }

    /// The files of the data sets below `root` and around what is written.
    static func dataFiles(
        named names: [String], writing output: String?,
        below root: DataRoot = DataRoot(option: nil)
    ) -> DataFiles {
        let known = DataFiles(below: root, named: names)
        guard let output, !output.isEmpty else { return known }
        let whole = URL(fileURLWithPath: output)
        return known.with(
            DataFiles(around: [whole.path, whole.deletingLastPathComponent().path]))
    }
}

extension Output {
    /// Prints a line about what was written; beside a stream of bytes it goes to standard error.
    func say(_ line: String) throws {
        if isStream {
            Printer.errors.say(line)
        } else {
            try Printer.standard.print(line)
        }
    }
}
