internal import Foundation

/// A program at work, in a process group of its own, with a guardian: whatever ends this process,
/// SIGKILL too, the program and what it has started ends with it.
final class ProgramProcess {
    private let process: pid_t
    private let guardian: pid_t
    private let guardianInput: Int32
    private var output: Int32
    private var status: Int32?

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

    /// Kills the group of its argument once nobody holds the other end of its input.
    private static let guardScript = "cd /; cat >/dev/null; kill -KILL -- \"-$1\""
    /// Becomes the words behind the first, in the folder of that name.
    private static let startScript = "cd \"$1\" || exit 126; shift; exec \"$@\""

    /// Starts the command in `folder`; what it prints can be read.
    init(
        _ command: [String], in folder: URL, environment: [String: String]
    ) throws(ProgramError) {
        func fault(_ code: Int32) -> ProgramError {
            .notStarted(command: command[0], reason: String(cString: strerror(code)))
        }
        guard let printed = Self.pipe() else { throw fault(errno) }
        guard let held = Self.pipe() else {
            Self.close(printed)
            throw fault(errno)
        }
        do throws(SpawnFault) {
            process = try Self.spawn(
                ["/bin/sh", "-c", Self.startScript, "lightbox-program", folder.path] + command,
                environment: environment, input: nil, output: printed.write)
        } catch {
            Self.close(printed)
            Self.close(held)
            throw fault(error.code)
        }
        do throws(SpawnFault) {
            guardian = try Self.spawn(
                ["/bin/sh", "-c", Self.guardScript, "lightbox-guardian", String(process)],
                environment: environment, input: held.read, output: nil)
        } catch {
            kill(-process, SIGKILL)
            while waitpid(process, nil, 0) == -1, errno == EINTR {}
            Self.close(printed)
            Self.close(held)
            throw fault(error.code)
        }
        Foundation.close(printed.write)
        Foundation.close(held.read)
        output = printed.read
        guardianInput = held.write
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

    /// Asks the program to save and end.
    func askToStop() { if status == nil { kill(process, SIGTERM) } }

    /// Ends the program and what it has started, and waits for it.
    func killAll() {
        guard status == nil else { return }
        kill(-process, SIGKILL)
        var found: Int32 = 0
        while waitpid(process, &found, 0) == -1, errno == EINTR {}
        status = found
    }

    /// How the program ended; nil while it works. What it has started ends with it.
    func ending() -> Ending? {
        if status == nil {
            var found: Int32 = 0
            guard waitpid(process, &found, WNOHANG) == process else { return nil }
            status = found
            kill(-process, SIGKILL)
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

    // MARK: Starting

    private struct SpawnFault: Error { let code: Int32 }

    private static func pipe() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func close(_ ends: (read: Int32, write: Int32)) {
        Foundation.close(ends.read)
        Foundation.close(ends.write)
    }

    /// Starts a process in a group of its own; nil as input or output is `/dev/null`.
    private static func spawn(
        _ command: [String], environment: [String: String], input: Int32?, output: Int32?
    ) throws(SpawnFault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            if let output {
                posix_spawn_file_actions_adddup2(&actions, output, descriptor)
            } else {
                posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
            }
        }
        // What this process ignores, a program would ignore as well.
        var defaults = sigset_t()
        var blocked = sigset_t()
        sigfillset(&defaults)
        sigemptyset(&blocked)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK)
                | Int16(POSIX_SPAWN_SETPGROUP))
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process = pid_t()
        guard let program = words[0] else { throw SpawnFault(code: ENOENT) }
        let code = posix_spawnp(&process, program, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw SpawnFault(code: code) }
        return process
    }
}
