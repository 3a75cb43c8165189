internal import Foundation

/// A file that takes its name only when it is whole and on the disk.
final class AtomicFile {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    /// Opens a temporary file beside the one to be written.
    init(_ file: URL) throws {
        path = file.path
        temporaryPath = "\(path).\(UUID().uuidString).partial"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw failure() }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporaryPath)
    }

    /// Appends bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { throw failure() }
            written += count
        }
    }

    /// Appends bytes.
    func write(_ data: Data) throws {
        try data.withUnsafeBytes { try write($0) }
    }

    /// Brings the bytes to the disk and gives the file its name.
    func commit() throws {
        if fsync(descriptor) != 0 { throw failure() }
        let closed = close(descriptor)
        descriptor = -1
        if closed != 0 || rename(temporaryPath, path) != 0 {
            let error = failure()
            unlink(temporaryPath)
            throw error
        }
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private func failure() -> SafetensorsError {
        .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
}
