import Foundation

/// The memory that the system grants this process's control group: what a container, a batch
/// system or a service manager allows may be far less than the machine has.
struct ControlGroup {
    /// The lines of `/proc/self/cgroup`, and where the groups are mounted.
    private let membership: String, root: URL

    init(
        membership: String =
            (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? "",
        root: URL = URL(fileURLWithPath: "/sys/fs/cgroup")
    ) {
        self.membership = membership
        self.root = root
    }

    /// Bytes granted, and those of them that are free or hold only files' contents; of the tightest
    /// group from the process's own up. Nil where there is no limit.
    var memory: (limit: Int64, available: Int64)? {
        membership.split(separator: "\n").flatMap { line -> [(limit: Int64, available: Int64)] in
            // "0::/path" in version 2, "4:memory:/path" in version 1.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            if fields[0] == "0", fields[1].isEmpty {
                return groups(from: root, to: fields[2]).compactMap {
                    memory(in: $0, limit: "memory.max", used: "memory.current")
                }
            }
            guard fields[1].split(separator: ",").contains("memory") else { return [] }
            return groups(from: root.appendingPathComponent("memory"), to: fields[2]).compactMap {
                memory(in: $0, limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes")
            }
        }.min { $0.available < $1.available }
    }

    /// The folders of the mount and of each group below it down to `path`.
    private func groups(from mount: URL, to path: Substring) -> [URL] {
        path.split(separator: "/").reduce(into: [mount]) { folders, name in
            folders.append(folders[folders.count - 1].appendingPathComponent(String(name)))
        }
    }

    private func memory(in folder: URL, limit: String, used: String) -> (
        limit: Int64, available: Int64
    )? {
        func text(_ name: String) -> String {
            (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
        }
        func number(_ name: String) -> Int64? {
            Int64(text(name).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        // "max", and numbers beyond any machine, stand for no limit.
        guard let limit = number(limit), let used = number(used), limit < 1 << 50 else {
            return nil
        }
        let files = text("memory.stat").split(separator: "\n")
            .first { $0.hasPrefix("inactive_file ") || $0.hasPrefix("total_inactive_file ") }
            .flatMap { Int64($0.split(separator: " ")[1]) }
        return (limit, max(0, limit - used + (files ?? 0)))
    }
}
