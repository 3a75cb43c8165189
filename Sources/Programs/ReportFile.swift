internal import Foundation

/// Follows the report of a program as it grows.
final class ReportFile {
    private let path: String
    private let descriptor: Int32
    private var rest: [UInt8] = []
    /// Where the lines in `rest` that were not given begin.
    private var start = 0
    /// Bytes of whole lines that were given.
    private(set) var offset: Int
    private var line = 0
    private var position: Int

    /// Most bytes that a report may have.
    private static let largest = 256 << 20

    /// Opens the report at `path` from a place on; makes an empty one where there is none.
    init(_ path: String, offset: Int) throws(ProgramError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else {
            throw .folder(path: path, reason: String(cString: strerror(errno)))
        }
        self.offset = offset
        position = offset
    }

    deinit { close(descriptor) }

    /// The number of the last line that was given, from 1 within this opening.
    var lineNumber: Int { line }

    /// Whether what follows the last whole line is a part of one.
    var isCutOff: Bool { start < rest.count }

    /// The next whole line; nil where none is complete.
    ///
    /// - Throws: `ProgramError.badReport` for a file that is not the one that was opened, or became
    ///   shorter.
    func next() throws(ProgramError) -> Data? {
        while true {
            if let end = rest[start...].firstIndex(of: 0x0A) {
                let found = Data(rest[start..<end])
                start = end + 1
                offset += found.count + 1
                line += 1
                if found.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
                return found
            }
            guard rest.count - start <= ReportLine.longest else {
                throw .report(line: line + 1, reason: "is longer than 1 MiB")
            }
            guard try readMore() else { return nil }
        }
    }

    private func readMore() throws(ProgramError) -> Bool {
        var own = stat()
        var there = stat()
        guard fstat(descriptor, &own) == 0, lstat(path, &there) == 0, own.st_ino == there.st_ino,
            own.st_mode & S_IFMT == S_IFREG
        else { throw .badReport(reason: "was replaced or removed; lines are appended to it") }
        guard own.st_size >= off_t(position) else {
            throw .badReport(reason: "was cut short; lines are appended to it")
        }
        guard own.st_size <= off_t(Self.largest) else {
            throw .badReport(reason: "has more than 256 MiB")
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = pread(descriptor, &buffer, buffer.count, off_t(position))
        guard count > 0 else { return false }
        rest.removeFirst(start)
        start = 0
        rest.append(contentsOf: buffer[..<count])
        position += count
        return true
    }
}
