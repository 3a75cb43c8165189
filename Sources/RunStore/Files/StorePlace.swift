internal import Files
internal import Foundation

/// Where a store's file is, and whether it still is.
enum StorePlace {
    /// The file that `url` leads to through symbolic links, also one that is still to be made.
    static func resolving(_ url: URL) -> URL {
        var found = url
        // As many links as the system follows; more are a circle.
        for _ in 0..<40 {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: found.path)
            guard let target else { return found }
            let folder = found.deletingLastPathComponent().path
            let next = URL(fileURLWithPath: target.hasPrefix("/") ? target : folder + "/" + target)
            // ".." of a path leads from where its links lead, not from what it says.
            let parent = realpath(next.deletingLastPathComponent().path, nil)
            defer { free(parent) }
            found =
                parent.map {
                    URL(fileURLWithPath: String(cString: $0))
                        .appendingPathComponent(next.lastPathComponent)
                } ?? next
        }
        return url
    }

    /// What became of the file that was opened at `path`, in words; nil while it is there.
    static func displacement(of identity: FileIdentity, at path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT || errno == ENOTDIR ? "is gone" : nil
        }
        if FileIdentity(status) != identity { return "was replaced by another file" }
        return status.st_size == 0 ? "was emptied" : nil
    }

    /// Brings a file to the disk; nothing where there is none.
    ///
    /// - Returns: the system's error number, or 0. Of SQLite's files only its log may be given:
    ///   closing another would drop SQLite's locks on it.
    static func flush(_ path: String) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? 0 : errno }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? 0 : errno
    }
}
