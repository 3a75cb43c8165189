public import Foundation

/// A file that takes its name only when it is whole and on the disk.
///
/// The bytes go into a hidden file beside it. A file that is replaced keeps its permissions.
public final class OutputFile {
    private let name: String
    private let path: String
    private let draft: String
    private let isDurable: Bool
    private var descriptor: Int32

    /// Begins to write `path`, whose folder must exist.
    ///
    /// - Parameters:
    ///   - name: the file in messages; its path when nil.
    ///   - isDurable: whether `commit` waits until the disk has the bytes.
    /// - Throws: `OutputError.failed`.
    public init(_ path: String, name: String? = nil, isDurable: Bool = true) throws(OutputError) {
        self.name = name ?? path
        self.path = path
        self.isDurable = isDurable
        draft = Self.draft(of: path)
        descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        if descriptor < 0 { throw failure() }
        Self.keepPermissions(of: path, descriptor)
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(draft)
    }

    /// A name beside `path` for what is not whole yet.
    static func draft(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        let name = (path as NSString).lastPathComponent
        let last = String(decoding: name.utf8.prefix(80), as: UTF8.self)
        return (folder.isEmpty ? "" : folder == "/" ? "/" : folder + "/")
            + ".\(last).\(UUID().uuidString.prefix(8)).partial"
    }

    /// Gives a draft the mode of the file that it will replace, and its owner where that is allowed.
    static func keepPermissions(of path: String, _ descriptor: Int32) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        _ = fchown(descriptor, status.st_uid, status.st_gid)
        _ = fchmod(descriptor, status.st_mode & 0o7777)
    }

    /// Appends bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
        if let code = Self.write(bytes, to: descriptor) { throw failure(code) }
    }

    /// Appends bytes.
    public func write(_ bytes: some ContiguousBytes) throws(OutputError) {
        let code = bytes.withUnsafeBytes { Self.write($0, to: descriptor) }
        if let code { throw failure(code) }
    }

    /// Brings the bytes to the disk and gives the file its name.
    public func commit() throws(OutputError) {
        if isDurable, fsync(descriptor) != 0 { throw failure() }
        let closed = close(descriptor)
        descriptor = -1
        if closed != 0 || rename(draft, path) != 0 {
            let error = failure()
            unlink(draft)
            throw error
        }
        if isDurable { Self.synchronise(folderOf: path) }
    }

    /// Writes everything; the system's error number where that fails.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return count < 0 ? errno : ENOSPC }
            written += count
        }
        return nil
    }

    /// Brings the name of a new file to the disk.
    static func synchronise(folderOf path: String) {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private func failure(_ code: Int32 = errno) -> OutputError {
        .failed(path: name, reason: String(cString: strerror(code)))
    }
}
