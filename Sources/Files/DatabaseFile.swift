import Foundation

/// What the bytes and neighbours of a file say about SQLite databases.
public enum DatabaseFile {
    /// What SQLite appends to a database's name for its logs.
    public static let logs = ["-wal", "-shm", "-journal"]

    /// `PRAGMA application_id` of a Lightbox store: "LBOX".
    static let storeID = Array("LBOX".utf8)
    private static let head = Array("SQLite format 3\0".utf8)

    /// Whether the file is a Lightbox store of any version.
    public static func isStore(_ path: String) -> Bool {
        guard let bytes = start(of: path), bytes.starts(with: head), bytes.count >= 72 else {
            return false
        }
        return Array(bytes[68..<72]) == storeID
    }

    /// Whether the file is the log of a database: by its bytes, or by its name beside one.
    static func isLog(_ path: String) -> Bool {
        if let bytes = start(of: path), bytes.count >= 4,
            bytes.starts(with: [0x37, 0x7f, 0x06]), bytes[3] & 0xfe == 0x82
        {
            return true
        }
        return logs.contains { suffix in
            guard path.hasSuffix(suffix) else { return false }
            return start(of: String(path.dropLast(suffix.count)))?.starts(with: head) == true
        }
    }

    /// The log that lies beside a file, if any.
    public static func logBeside(_ path: String) -> String? {
        logs.map { path + $0 }.first {
            var status = stat()
            return lstat($0, &status) == 0
        }
    }

    /// Whether another process has the database open in write-ahead mode or holds a lock on it.
    public static func isOpenElsewhere(_ path: String) -> Bool {
        // SQLite's lock bytes: of the shared memory from 120, of the file itself from 1 GiB.
        for (file, offset, length) in [(path + "-shm", 120, 9), (path, 0x4000_0000, 512)] {
            let descriptor = open(file, O_RDWR | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            lock.l_start = off_t(offset)
            lock.l_len = off_t(length)
            if fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) {
                return true
            }
        }
        return false
    }

    /// The first bytes of a regular file.
    private static func start(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }
}
