internal import Files
internal import Foundation
internal import Hashing

/// A regular file, open for reading: reached without following a link in its folder, and without
/// waiting for a device or a pipe.
final class RegularFile {
    /// Why a file could not be opened.
    enum Failure: Error {
        case missing
        case notAFile(String)
        case system(String)
    }

    private let descriptor: Int32
    let size: Int64
    let identity: FileIdentity

    /// Opens `folder/name` below `parent`; links are followed up to `parent` and not below.
    init(_ name: String, in folder: String, below parent: String) throws(Failure) {
        let top = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard top >= 0 else { throw Self.failure(errno, isFolder: true) }
        defer { close(top) }
        let middle = openat(top, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard middle >= 0 else { throw Self.failure(errno, isFolder: true) }
        defer { close(middle) }
        let file = openat(middle, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure(errno, isFolder: false) }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            let code = errno
            close(file)
            throw .system(String(cString: strerror(code)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw .notAFile(Self.kind(of: status))
        }
        descriptor = file
        size = Int64(status.st_size)
        identity = FileIdentity(status)
    }

    deinit { close(descriptor) }

    /// Hands out the bytes in pieces, at most `limit` of them.
    func read(limit: Int64, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let size = 1 << 18
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var rest = limit
        while rest > 0 {
            let count = Foundation.read(descriptor, buffer.baseAddress, min(size, Int(rest)))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure.system(String(cString: strerror(errno))) }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            rest -= Int64(count)
        }
    }

    /// At most `count` bytes from `offset` on; none at the end.
    func piece(at offset: Int64, count: Int) throws -> Data {
        var data = Data(count: count)
        while true {
            let read = data.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, count, off_t(offset))
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw Failure.system(String(cString: strerror(errno))) }
            return data.prefix(read)
        }
    }

    private static func failure(_ code: Int32, isFolder: Bool) -> Failure {
        switch code {
        case ENOENT: .missing
        case ELOOP: .notAFile("a link")
        case ENOTDIR where isFolder: .notAFile("in a link or in no folder")
        case ENXIO: .notAFile("a device or a socket")
        default: .system(String(cString: strerror(code)))
        }
    }

    /// What lies there, in words.
    static func kind(of status: stat) -> String {
        switch status.st_mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFLNK: "a link"
        case S_IFIFO: "a pipe"
        case S_IFCHR, S_IFBLK: "a device"
        case S_IFSOCK: "a socket"
        default: "no regular file"
        }
    }
}
