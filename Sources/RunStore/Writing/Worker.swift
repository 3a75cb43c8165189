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

    /// Whether the process that holds a lease is certainly dead: it ran on this machine, since its
    /// last start, and is gone now.
    static func isDead(process: Int32, start: Int64?, machine: String) -> Bool {
        guard machine == Self.machine, process > 0 else { return false }
        if kill(process, 0) != 0 { return errno == ESRCH }
        guard let start, let found = Self.start(of: process) else { return false }
        return found != start
    }

    private static let machine: String = {
        let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        guard let boot, let space else { return UUID().uuidString }
        return boot.trimmingCharacters(in: .whitespacesAndNewlines) + " " + space
    }()

    /// Field 22 of /proc/PID/stat; a zombie counts as gone.
    private static func start(of process: Int32) -> Int64? {
        guard
            let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19 else { return nil }
        return fields[0] == "Z" ? -1 : Int64(fields[19])
    }
}
