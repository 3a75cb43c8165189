import Files
import Foundation

/// What changes about a file when its content does.
struct FileStamp: Sendable, Equatable {
    let size: Int
    let inode: UInt64
    /// Nanoseconds of the last change of content.
    let modified: Int
    /// Nanoseconds of the last change of content or attributes.
    let changed: Int

    init(size: Int, inode: UInt64, modified: Int, changed: Int) {
        self.size = size
        self.inode = inode
        self.modified = modified
        self.changed = changed
    }

    /// The stamp of a file, nil when there is none.
    init?(of url: URL) {
        var status = stat()
        guard stat(url.path, &status) == 0 else { return nil }
        let (modification, change) = (status.modified, status.changed)
        self.init(
            size: Int(status.st_size), inode: UInt64(status.st_ino),
            modified: Int(modification.tv_sec) * 1_000_000_000 + Int(modification.tv_nsec),
            changed: Int(change.tv_sec) * 1_000_000_000 + Int(change.tv_nsec))
    }
}
