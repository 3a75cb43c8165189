import ArgumentParser
import Console
import Foundation
import RunLog
import RunStore
import Runner
import Wording

/// `lightbox log [FILE]`
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Write another program's run, as it logs JSON lines.",
        discussion: """
            Reads a pipe until it ends, or a file, and needs no server:

              python train.py | lightbox log

            Each line is a JSON object; the first begins the run (docs/logging.md):

              {"lightbox": 1, "experiment": "mine", "name": "first", "params": {"lr": 0.1}}
              {"step": 100, "metrics": {"train/loss": 0.5}}
              {"status": "completed"}

            A run whose program ends without a status is interrupted.
            """)

    @Argument(help: ArgumentHelp("Lines to read; '-' is standard input.", valueName: "file"))
    var file = "-"

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let input = try input()
        // Ctrl-C reaches the program as well: what it says then belongs to its run.
        if file == "-" { signal(SIGINT, SIG_IGN) }
        do {
            try write(input)
        } catch {
            guard file == "-", let failure = CommandFailure(error) else { throw error }
            // The program that writes the pipe trains on, and is not to die of it.
            if !failure.message.isEmpty {
                Printer.errors.say("lightbox: \(failure.message)")
                Printer.errors.say("lightbox: the rest of the pipe is read, and not written")
            }
            while let bytes = try? read(input), !bytes.isEmpty {}
            throw CommandFailure(failure.status)
        }
    }

    private func write(_ input: FileHandle) throws {
        let store = try storeOption.openForWriting()
        let session = LogSession(store, version: Version.text)
        var heartbeat: Heartbeat?
        defer { heartbeat?.stop() }
        while true {
            let bytes = try read(input)
            do {
                say(try session.add(bytes))
            } catch {
                heartbeat?.stop()
                session.abandon()
                throw error
            }
            if heartbeat == nil, let lease = session.lease, session.status == nil {
                Printer.errors.say("lightbox: run \(lease.run)")
                heartbeat = Heartbeat(lease)
            }
            if session.status != nil { heartbeat?.stop() }
            if bytes.isEmpty { break }
        }
        heartbeat?.stop()
        say(try session.end())
        try finish(session)
    }

    private func input() throws -> FileHandle {
        if file == "-" {
            guard isatty(STDIN_FILENO) == 0 else {
                throw CommandFailure(
                    .usage, "standard input is a terminal; expected a pipe or the name of a file")
            }
            return .standardInput
        }
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw CommandFailure(
                .noInput, "'\(file)' cannot be read; expected a file of JSON lines")
        }
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
        guard !isFolder.boolValue else {
            throw CommandFailure(.noInput, "'\(file)' is a folder; expected a file of JSON lines")
        }
        return handle
    }

    /// What has come by now, of a pipe at least one byte; nothing at its end.
    private func read(_ input: FileHandle) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(input.fileDescriptor, &bytes, bytes.count)
            if count >= 0 { return Array(bytes.prefix(count)) }
            guard errno == EINTR else {
                throw CommandFailure(
                    .inputOutput, "'\(file)' cannot be read: \(String(cString: strerror(errno)))")
            }
        }
    }

    private func say(_ refusals: [LogSession.Refusal]) {
        for refusal in refusals {
            Printer.errors.say("lightbox: line \(refusal.line): \(refusal.reason)")
        }
    }

    private func finish(_ session: LogSession) throws {
        guard let run = session.run, let status = session.status else {
            throw CommandFailure(.badData, "no line was understood, so there is no run")
        }
        try Printer.standard.print(
            "run \(run): \(status.rawValue), \(Plural.count(session.points, "value"))"
                + (session.refused > 0 ? ", \(Plural.count(session.refused, "line")) refused" : ""))
        if session.refused > 0 { throw CommandFailure(.badData) }
        if status != .completed { throw CommandFailure(.failed) }
    }
}
