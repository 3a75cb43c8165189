internal import Foundation
internal import Processes

/// A program at work, in a process group of its own, with a guardian: whatever ends this process,
/// SIGKILL too, the program and what it has started ends with it.
final class ProgramProcess {
    private let process: pid_t
    private let guardian: pid_t
    private let guardianInput: Int32
    private var output: Int32
    private var status: Int32?
    private var isAsked = false, isGroupGone = false

    /// How the program ended.
    enum Ending: Equatable {
        case exit(Int32)
        case signal(Int32)

        /// A clause that follows "the program".
        var words: String {
            switch self {
            case .exit(let status): "ended with status \(status)"
            case .signal(let number):
                "was ended by signal \(number)"
                    + (number == SIGKILL ? " (killed, perhaps for want of memory)" : "")
            }
        }
    }

    /// Kills the group of its argument once nobody holds the other end of its input. Before `--` dash
    /// takes a signal by `-s` only.
    static let guardScript = "cd /; cat >/dev/null; kill -s KILL -- \"-$1\""
    /// Becomes the words behind the first, in the folder of that name.
    private static let startScript = "cd \"$1\" || exit 126; shift; exec \"$@\""

    /// Starts the command in `place`, which it and what it starts hold as long as they live; what it
    /// prints can be read.
    init(
        _ command: [String], in place: ProgramPlace, holding hold: ProgramHold,
        environment: [String: String]
    ) throws(ProgramError) {
        func fault(_ code: Int32) -> ProgramError {
            .notStarted(command: command[0], reason: String(cString: strerror(code)))
        }
        guard let printed = PipeEnds() else { throw fault(errno) }
        guard let held = PipeEnds() else {
            let code = errno
            printed.close()
            throw fault(code)
        }
        func start(
            _ script: String, _ words: [String], from input: ChildProcess.Stream,
            to output: ChildProcess.Stream
        ) throws(ChildProcess.Fault) -> pid_t {
            var child = ChildProcess(["/bin/sh", "-c", script] + words, environment: environment)
            (child.input, child.output, child.group) = (input, output, .own)
            return try child.start()
        }
        var begun: pid_t?
        do throws(ChildProcess.Fault) {
            process = try start(
                Self.startScript, ["lightbox-program", place.work.path] + command,
                from: .descriptor(hold.descriptor),
                to: .descriptor(printed.output))
            begun = process
            guardian = try start(
                Self.guardScript, ["lightbox-guardian", String(process)],
                from: .descriptor(held.input), to: .nothing)
        } catch {
            if let begun {
                kill(-begun, SIGKILL)
                while waitpid(begun, nil, 0) == -1, errno == EINTR {}
            }
            printed.close()
            held.close()
            throw fault(error.code)
        }
        Foundation.close(printed.output)
        Foundation.close(held.input)
        output = printed.input
        guardianInput = held.output
        _ = fcntl(output, F_SETFL, fcntl(output, F_GETFL) | O_NONBLOCK)
    }

    deinit {
        killAll()
        // Only now: the guardian has to be gone before its input ends.
        kill(-guardian, SIGKILL)
        while waitpid(guardian, nil, 0) == -1, errno == EINTR {}
        Foundation.close(guardianInput)
        if output >= 0 { Foundation.close(output) }
    }

    /// Asks the program to save and end: itself, since what it has started may serve it while it saves.
    func askToStop() {
        guard status == nil else { return }
        isAsked = true
        kill(process, SIGTERM)
    }

    /// Ends the program and what it has started, and waits for it.
    func killAll() {
        guard status == nil || !isGroupGone else { return }
        isGroupGone = true
        kill(-process, SIGKILL)
        guard status == nil else { return }
        var found: Int32 = 0
        while waitpid(process, &found, 0) == -1, errno == EINTR {}
        status = found
    }

    /// How the program ended; nil while it works. What it has started ends with it, but for one case: a
    /// program that was asked to stop may be the shell around the one that trains, and does not wait
    /// for it. Then that one is asked too, and its end is waited for.
    func ending() -> Ending? {
        if status == nil {
            var found: Int32 = 0
            guard waitpid(process, &found, WNOHANG) == process else { return nil }
            status = found
            kill(-process, isAsked ? SIGTERM : SIGKILL)
            isGroupGone = !isAsked
        }
        if !isGroupGone {
            guard kill(-process, 0) != 0 else { return nil }
            isGroupGone = true
        }
        return status.map { status in
            let signal = status & 0x7F
            return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
        }
    }

    /// Waits for something that the program prints, at most some milliseconds.
    func read(within milliseconds: Int32) -> Data? {
        guard output >= 0 else {
            usleep(UInt32(milliseconds) * 1000)
            return nil
        }
        var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Foundation.read(output, &buffer, buffer.count)
        if count > 0 { return Data(buffer[..<count]) }
        if count == 0 {
            Foundation.close(output)
            output = -1
        }
        return nil
    }
}
