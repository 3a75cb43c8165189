internal import Foundation

/// What lies at a place that an import was given, and the bytes of files: only regular files are read,
/// so that no pipe or device is waited for.
enum SourceFile {
    /// Whether `place` is a folder, else it is a regular file; links are followed.
    ///
    /// - Parameter expected: what should lie there, for the error.
    /// - Throws: `ImportError.missing` where nothing does, `bad` for a pipe, a device or a socket.
    static func isFolder(_ place: URL, expected: String) throws -> Bool {
        var status = stat()
        guard stat(place.path, &status) == 0 else {
            throw ImportError.missing(path: place.path, expected: expected)
        }
        if status.st_mode & S_IFMT == S_IFDIR { return true }
        try requireRegular(status, place, expected: expected)
        return false
    }

    /// Paths, from `folder`, of the regular files at any depth whose names fit, sorted. Links are left out:
    /// what they lead to is found where it is.
    static func below(_ folder: URL, where fits: (String) -> Bool) -> [String] {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        return paths.compactMap { $0 as? String }.filter { path in
            var status = stat()
            return fits(path.split(separator: "/").last.map(String.init) ?? path)
                && lstat(folder.appendingPathComponent(path).path, &status) == 0
                && status.st_mode & S_IFMT == S_IFREG
        }.sorted()
    }

    /// The bytes of a regular file.
    ///
    /// - Throws: `ImportError`.
    static func data(_ file: URL, expected: String) throws -> Data {
        let descriptor = open(file.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else {
                throw ImportError.bad(
                    path: file.path, place: nil, found: String(cString: strerror(errno)),
                    expected: expected)
            }
            throw ImportError.missing(path: file.path, expected: expected)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        fstat(descriptor, &status)
        try requireRegular(status, file, expected: expected)
        do {
            return try handle.readToEnd() ?? Data()
        } catch {
            throw ImportError.bad(
                path: file.path, place: nil, found: "a file that cannot be read",
                expected: expected)
        }
    }

    private static func requireRegular(
        _ status: stat, _ file: URL, expected: String
    ) throws {
        let kind: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: kind = "a folder"
        case S_IFIFO: kind = "a pipe"
        case S_IFCHR, S_IFBLK: kind = "a device"
        default: kind = "a socket"
        }
        throw ImportError.bad(path: file.path, place: nil, found: kind, expected: expected)
    }
}
