public import Foundation

/// A program to be started beside this one.
///
/// `Foundation.Process` gives every child a group of its own, whose first read of the terminal stops it,
/// and leaves it the signals that this process ignores. So children that have to do with a terminal,
/// or with what they start themselves, are spawned here.
public struct ChildProcess {
    /// Where a child reads from or writes to.
    public enum Stream {
        /// Where this process does.
        case inherited
        /// `/dev/null`.
        case nothing
        /// A descriptor of this process.
        case descriptor(Int32)
        /// What is opened under that path for both, such as a terminal.
        case path(String)
        /// For the output: where the input comes from.
        case input
    }

    /// Whom signals of a terminal reach together with the child.
    public enum Group {
        /// This process: the child is part of its group.
        case shared
        /// Nobody: it leads a group.
        case own
        /// Nobody: it leads a session, whose terminal is the first that it opens.
        case session
    }

    /// Name or path of the program, and its arguments; at least one word.
    public var words: [String]
    /// Its whole environment.
    public var environment: [String: String]
    /// Its standard input, and where both its standard output and error go.
    public var input = Stream.inherited, output = Stream.inherited
    /// Its group.
    public var group = Group.shared
    /// The signals that do with the child what they do by default, whatever they do here; nil for all.
    /// None is blocked in it.
    public var signals: [Int32]?

    /// A program that has this process's streams and is of its group.
    public init(_ words: [String], environment: [String: String]) {
        precondition(!words.isEmpty, "a program has a name")
        self.words = words
        self.environment = environment
    }

    /// The system's reason why a program was not started.
    public struct Fault: Error, Equatable {
        /// A value of `errno`.
        public let code: Int32
    }

    /// Starts it; whoever does has to wait for it.
    ///
    /// - Returns: the number of the process.
    public func start() throws(Fault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        func connect(_ descriptor: Int32, _ stream: Stream, _ access: Int32) {
            switch stream {
            case .inherited: break
            case .nothing:
                posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", access, 0)
            case .descriptor(let own):
                posix_spawn_file_actions_adddup2(&actions, own, descriptor)
            case .path(let path):
                posix_spawn_file_actions_addopen(&actions, descriptor, path, O_RDWR, 0)
            case .input: posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, descriptor)
            }
        }
        connect(STDIN_FILENO, input, O_RDONLY)
        connect(STDOUT_FILENO, output, O_WRONLY)
        connect(STDERR_FILENO, output, O_WRONLY)
        var defaults = sigset_t()
        var blocked = sigset_t()
        sigemptyset(&blocked)
        if let signals {
            sigemptyset(&defaults)
            for number in signals { sigaddset(&defaults, number) }
        } else {
            sigfillset(&defaults)
        }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | group.flags)
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var process = pid_t()
        guard let program = arguments[0] else { throw Fault(code: ENOMEM) }
        let code = posix_spawnp(
            &process, program, &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw Fault(code: code) }
        return process
    }
}

extension ChildProcess.Group {
    fileprivate var flags: Int16 {
        switch self {
        case .shared: 0
        case .own: Int16(POSIX_SPAWN_SETPGROUP)
        // POSIX_SPAWN_SETSID, which Glibc's module does not show.
        case .session: 0x80
        }
    }
}
