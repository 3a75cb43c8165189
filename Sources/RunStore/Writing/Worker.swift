internal import Foundation

/// A process that trains runs, as leases name it.
public struct Worker: Sendable, Hashable {
    /// Unique for ever.
    public let id: String
    /// Name of the machine.
    public let host: String
    /// Process number on it.
    public let process: Int32

    /// Start of the machine and space of process numbers: two workers with the same text see each
    /// other's process numbers.
    let machine: String
    /// When the process started, in the kernel's clock ticks; tells it from a later process with
    /// the same number. Nil where the system does not say.
    let processStart: Int64?

    /// The calling process, under a new `id`.
    public init() {
        self.init(process: getpid())
    }

    init(process: Int32, host: String = ProcessInfo.processInfo.hostName) {
        id = UUID().uuidString.lowercased()
        self.host = host
        self.process = process
        machine = Self.machine
        processStart = Self.start(of: process)
    }

    /// What can be said about the process that holds a lease.
    enum Life {
        /// It ran on this machine, since its last start, and is gone now.
        case dead
        /// It is on this machine; or there, held by a signal or a debugger.
        case alive, stopped
        /// It ran elsewhere.
        case unknown
    }

    static func life(ofProcess process: Int32, start: Int64?, machine: String) -> Life {
        guard machine == Self.machine, process > 0 else { return .unknown }
        if kill(process, 0) != 0, errno == ESRCH { return .dead }
        guard let start, let (state, found) = Self.status(of: process) else { return .unknown }
        if found != start || state == "Z" { return .dead }
        return state == "T" || state == "t" ? .stopped : .alive
    }

    private static let machine: String = {
        let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        guard let boot, let space else { return UUID().uuidString }
        return boot.trimmingCharacters(in: .whitespacesAndNewlines) + " " + space
    }()

    private static func start(of process: Int32) -> Int64? { status(of: process)?.start }

    /// Fields 3 and 22 of /proc/PID/stat: the state's letter and when the process started.
    private static func status(of process: Int32) -> (state: Substring, start: Int64)? {
        guard
            let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let start = Int64(fields[19]) else { return nil }
        return (fields[0], start)
    }
}
