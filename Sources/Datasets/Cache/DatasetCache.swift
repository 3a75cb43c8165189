public import Foundation
internal import Wording

/// Where decoded data sets and file digests are kept between runs.
///
/// Everything in it can be deleted at any time, and every failure to read or write it only costs
/// time. Several processes may use it at once: files appear complete or not at all.
public struct DatasetCache: Sendable, Equatable {
    /// The folder of the cache.
    public let folder: URL

    /// Sets of files smaller than this many bytes are decoded directly.
    static let worthwhile = 4 << 20
    /// Decoded data sets kept, the most recently used.
    static let kept = 24

    /// A cache in a folder of its own, created when first needed.
    public init(folder: URL) { self.folder = folder }

    /// The user's cache: `LIGHTBOX_CACHE`, else `lightbox` in `XDG_CACHE_HOME`, else
    /// `~/.cache/lightbox`; nil when `LIGHTBOX_CACHE` is set and empty.
    public static func standard(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> DatasetCache? {
        if let path = environment["LIGHTBOX_CACHE"] {
            guard !path.isEmpty else { return nil }
            return DatasetCache(folder: URL(fileURLWithPath: UserPath.expanded(path)))
        }
        if let path = environment["XDG_CACHE_HOME"], path.hasPrefix("/") {
            return DatasetCache(folder: URL(fileURLWithPath: path + "/lightbox"))
        }
        let home = environment["HOME"] ?? NSHomeDirectory()
        return DatasetCache(folder: URL(fileURLWithPath: home + "/.cache/lightbox"))
    }

    var digests: URL { folder.appendingPathComponent("digests.tsv") }

    func arrays(_ key: String) -> URL {
        folder.appendingPathComponent("arrays/\(key).lightbox")
    }

    /// Creates the folders; false when that is not possible.
    func prepare() -> Bool {
        let arrays = folder.appendingPathComponent("arrays")
        try? FileManager.default.createDirectory(at: arrays, withIntermediateDirectories: true)
        return FileManager.default.isWritableFile(atPath: arrays.path)
    }

    /// Runs `body` while no other process runs one with the same key; without a writable folder it
    /// just runs.
    func locked<Outcome>(
        _ key: String, _ body: () throws(DatasetError) -> Outcome
    ) throws(DatasetError) -> Outcome {
        let path = folder.appendingPathComponent("arrays/\(key).lock").path
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return try body() }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
        return try body()
    }

    /// Removes all but the most recently used decoded data sets.
    func prune() {
        let folder = folder.appendingPathComponent("arrays")
        let files =
            (try? FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: [.contentModificationDateKey])) ?? []
        let dated = files.filter { $0.pathExtension == "lightbox" }.map { file in
            let values = try? file.resourceValues(forKeys: [.contentModificationDateKey])
            return (file: file, date: values?.contentModificationDate ?? .distantPast)
        }
        for old in dated.sorted(by: { $0.date > $1.date }).dropFirst(Self.kept) {
            try? FileManager.default.removeItem(at: old.file)
        }
    }
}
