import Foundation
public import RunStore

/// What the machine says about itself.
public enum Machine {
    /// Model name of the processor, or "unknown".
    public static var processor: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = lines.split(separator: "\n").first { $0.hasPrefix("model name") }
        guard let value = line?.split(separator: ":", maxSplits: 1).last else { return "unknown" }
        return value.trimmingCharacters(in: .whitespaces)
    }

    /// Processors that this process may use.
    public static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Bytes of memory that could be given to new work, or nil where the system does not say.
    public static var availableMemory: Int64? {
        let machine = kilobytes("MemAvailable:", in: "/proc/meminfo")
        return [machine, ControlGroup().memory?.available].compactMap(\.self).min()
    }

    /// Bytes of memory in all: the machine's, or what this process's control group is granted.
    public static var memory: Int64? {
        let machine = kilobytes("MemTotal:", in: "/proc/meminfo")
        return [machine, ControlGroup().memory?.limit].compactMap(\.self).min()
    }

    /// Most memory that this process used since `resetPeakMemory`, in bytes.
    static var peakMemory: Int64? { kilobytes("VmHWM:", in: "/proc/self/status") }

    /// Memory that this process uses now, in bytes.
    static var usedMemory: Int64? { kilobytes("VmRSS:", in: "/proc/self/status") }

    /// Starts a new measurement of `peakMemory`.
    static func resetPeakMemory() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        try? file.write(contentsOf: Data("5".utf8))
        try? file.close()
    }

    private static func kilobytes(_ key: String, in path: String) -> Int64? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
            .map { $0 * 1024 }
    }
}

extension RunEnvironment {
    /// What a program on this machine writes into the runs it trains.
    ///
    /// - Parameters:
    ///   - code: the program's; nil where it does not know.
    ///   - revision: of the user's folder.
    ///   - threads: of each cell.
    public static func here(
        version: String, code: CodeIdentity?, revision: String?, threads: Int
    ) -> RunEnvironment {
        RunEnvironment(
            version: version, code: code, gitRevision: revision, cpu: Machine.processor,
            threads: threads)
    }
}
