import ArgumentParser
import Console
import Foundation
import Wording

/// How the program ends when a verb did not simply return.
enum Ending {
    /// Says what `error` stands for and ends the process with its status.
    static func end(_ error: any Error) -> Never {
        if case PrintError.nobodyReads = error { leaveQuietly() }
        if let failure = CommandFailure(error) { end(failure) }
        // ArgumentParser's own: help, version, completion scripts, and usage errors.
        let status = Lightbox.exitCode(for: error).rawValue
        let message = Lightbox.fullMessage(for: error)
        if status == 0 {
            do {
                if !message.isEmpty { try Printer.standard.write(message + "\n") }
                try Printer.standard.close()
            } catch {
                end(error)
            }
        } else if !message.isEmpty {
            for line in VisibleText.lines(named(message)) { Printer.errors.say(line) }
        }
        exit(status)
    }

    /// Says what happened and ends the process.
    private static func end(_ failure: CommandFailure) -> Never {
        if !failure.message.isEmpty { Printer.errors.say("lightbox: \(failure.message)") }
        exit(failure.status.rawValue)
    }

    /// As a program ends whose output nobody reads any more.
    private static func leaveQuietly() -> Never {
        signal(SIGPIPE, SIG_DFL)
        kill(getpid(), SIGPIPE)
        exit(128 + SIGPIPE)
    }

    /// The parser's message with the line breaks of arguments shown: those that are left are its
    /// own.
    private static func named(_ message: String) -> String {
        CommandLine.arguments.dropFirst().filter { $0.contains { $0.isNewline } }
            .reduce(message) { $0.replacing($1, with: VisibleText.line($1)) }
    }
}
