import Assembly
import Datasets
public import Foundation
import RunStore
import Wording

/// How worker processes are started.
public struct WorkerCommand: Sendable {
    /// The program and its arguments.
    public var executable: URL, arguments: [String]

    /// A command.
    public init(executable: URL, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// `program worker`, which does in a process of its own what `runner` does in this.
    public static func worker(_ program: URL, like runner: CellRunner) -> WorkerCommand {
        let environment = runner.environment
        return WorkerCommand(
            executable: program,
            arguments: [
                "worker", "--store", runner.store.url.path, "--data", runner.shelf.root.url.path,
                "--threads", String(environment.threads),
            ] + (environment.gitRevision.map { ["--revision", $0] } ?? []))
    }
}

/// A worker process as its sweep sees it.
final class WorkerProcess: @unchecked Sendable {
    /// What reaches the sweep from its workers.
    enum Message: Sendable {
        case report(WorkerReport)
        /// The process ended, by a signal or with a status; `log` holds its last lines.
        case exit(isSignal: Bool, status: Int32, log: String)
    }

    let slot: Int
    private let process = Process()
    private let input = Pipe()
    private let log = LogTail()

    /// Starts a process; its messages go to `inbox` with its slot.
    init(
        slot: Int, command: WorkerCommand, inbox: Inbox<(slot: Int, message: Message)>
    ) throws {
        self.slot = slot
        // An order to a worker that has just died must not end the sweep.
        signal(SIGPIPE, SIG_IGN)
        process.executableURL = command.executable
        process.arguments = command.arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw RunnerError.worker(
                reason: "cannot start a worker process: \(Sentence.of(error))")
        }
        let reading = DispatchGroup()
        reading.enter()
        Thread.detachNewThread {
            var buffer = LineBuffer()
            while true {
                let data = output.fileHandleForReading.availableData
                if data.isEmpty { break }
                for line in buffer.lines(adding: data) {
                    if let report = try? WorkerLine.decode(WorkerReport.self, from: line) {
                        inbox.put((slot, .report(report)))
                    }
                }
            }
            reading.leave()
        }
        reading.enter()
        Thread.detachNewThread { [log] in
            while true {
                let data = errors.fileHandleForReading.availableData
                if data.isEmpty { break }
                log.add(data)
            }
            reading.leave()
        }
        Thread.detachNewThread { [process, log] in
            reading.wait()
            process.waitUntilExit()
            inbox.put(
                (
                    slot,
                    .exit(
                        isSignal: process.terminationReason == .uncaughtSignal,
                        status: process.terminationStatus, log: log.text)
                ))
        }
    }

    var identifier: Int32 { process.processIdentifier }

    /// Gives the worker something to do; a worker that is gone says so through its exit.
    func send(_ order: WorkerOrder) {
        guard let line = try? WorkerLine.encode(order) else { return }
        try? input.fileHandleForWriting.write(contentsOf: line)
    }

    /// Asks the worker to save and end after the current step.
    func askToStop() { kill(process.processIdentifier, SIGTERM) }

    /// Lets an idle worker end.
    func dismiss() { try? input.fileHandleForWriting.close() }

    /// Bytes that the process has in memory now.
    var residentMemory: Int64 {
        let text = try? String(contentsOfFile: "/proc/\(identifier)/statm", encoding: .utf8)
        let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
        return (pages ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// The last lines that a process wrote.
private final class LogTail: @unchecked Sendable {
    private let lock = NSLock()
    private var bytes = Data()
    private static let limit = 4096

    func add(_ data: Data) {
        lock.withLock {
            bytes.append(data)
            if bytes.count > Self.limit { bytes = Data(bytes.suffix(Self.limit)) }
        }
    }

    var text: String {
        lock.withLock {
            String(decoding: bytes, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
