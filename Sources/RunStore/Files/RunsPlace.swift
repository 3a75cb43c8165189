internal import Files
internal import Foundation

/// Where a store's folder `runs` really is: beside the store, or, behind a link or a mount, at a place
/// that other stores may share.
struct RunsPlace {
    /// Where it leads, in words; nil for an ordinary folder beside the store.
    let elsewhere: String?
    /// Its real path.
    let path: String
    private let mounts: Set<String>

    init(_ runs: URL) {
        mounts = Self.mountPoints()
        let folder = Self.real(runs.deletingLastPathComponent().path)
        // One that is still to be made is beside the store.
        path = FileIdentity(runs.path) == nil ? folder + "/runs" : Self.real(runs.path)
        if path != folder + "/runs" {
            elsewhere = "'runs' leads to '\(path)'"
        } else if mounts.contains(path) {
            elsewhere = "'runs' is mounted from elsewhere"
        } else {
            elsewhere = nil
        }
    }

    /// Why the folder of one run is not simply a folder of this store's; nil where it is.
    func reason(_ folder: RunFolder) -> String? {
        mounts.contains(path + "/" + folder.name)
            ? "'runs/\(folder.name)' is mounted from elsewhere" : elsewhere
    }

    /// A path with all links followed; as it is where there is nothing.
    private static func real(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Where anything is mounted, also a folder of the same file system.
    private static func mountPoints() -> Set<String> {
        let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        return table.map(mountPoints(in:)) ?? []
    }

    /// The fifth field of each line; blanks and the like are written as `\040`.
    static func mountPoints(in table: String) -> Set<String> {
        var points: Set<String> = []
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 5)
            if fields.count > 4 { points.insert(unescaped(String(fields[4]))) }
        }
        return points
    }

    private static func unescaped(_ text: String) -> String {
        var parts = text.components(separatedBy: "\\")
        let start = parts.removeFirst()
        return parts.reduce(start) { text, part in
            guard let byte = UInt8(part.prefix(3), radix: 8) else { return text + part }
            return text + String(UnicodeScalar(byte)) + part.dropFirst(3)
        }
    }
}
