import ArgumentParser
import Console
import Files
import Foundation

/// `--replace`, shared by the verbs that write files.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Replace a file that Lightbox did not make or that was changed since.")
    var replace = false

    /// The rule for a verb that reads these files.
    func rule(reading inputs: [String]) -> OutputRule {
        OutputRule(existing: replace ? .any : .own, inputs: inputs)
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
