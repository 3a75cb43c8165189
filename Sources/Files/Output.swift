import Foundation
import Hashing

/// A place that `OutputRule` has found good: a file, or a stream such as standard output.
public struct Output: Sendable {
    /// As the user named it.
    public let name: String
    let place: OutputPlace
    let rule: OutputRule

    /// Whether the bytes go to a stream.
    public var isStream: Bool {
        if case .stream = place { true } else { false }
    }

    /// Writes the whole content: into a stream, or beside the file and then in its place.
    ///
    /// - Throws: `OutputError`; what stood there is then untouched.
    public func write(
        _ bytes: [UInt8], isDurable: Bool = true, isListed: Bool = true
    ) throws(OutputError) {
        try prepare(bytes, isDurable: isDurable, isListed: isListed).commit()
    }

    /// Writes the whole content beside the file; `Prepared.commit` puts it in its place. Several
    /// files that belong together are prepared first, so that a full disk changes none of them.
    ///
    /// - Parameters:
    ///   - isDurable: whether to wait until the disk has the bytes.
    ///   - isListed: whether the folder's ledger remembers bytes that have no seal.
    public func prepare(
        _ bytes: [UInt8], isDurable: Bool = true, isListed: Bool = true
    ) throws(OutputError) -> Prepared {
        guard case .file = place else {
            return Prepared { () throws(OutputError) in try stream(bytes) }
        }
        // Again: minutes may have passed since the decision.
        let output = try rule.file(name)
        guard case .file(let path) = output.place else {
            throw .refused(path: name, .stream)
        }
        try output.makeFolder()
        let file = try OutputFile(path, name: name, isDurable: isDurable)
        try file.write(bytes)
        let digest =
            !isListed || Seal.state(of: bytes) == .made ? nil : SHA256.hex(of: bytes)
        return Prepared { () throws(OutputError) in
            if let digest { try rule.ledger(for: path).append(path, digest: digest) }
            try file.commit()
        }
    }

    /// What is written and waits for its name.
    public struct Prepared {
        fileprivate let finish: () throws(OutputError) -> Void

        /// Gives it its name.
        public func commit() throws(OutputError) { try finish() }
    }

    // MARK: Files that others write

    /// A name beside the file for a library that writes files itself; the folder is there. For a
    /// stream it lies among the system's temporary files.
    public func draft() throws(OutputError) -> String {
        guard case .file(let path) = place else {
            return NSTemporaryDirectory() + "/lightbox-\(UUID().uuidString).partial"
        }
        try makeFolder()
        return OutputFile.draft(of: path)
    }

    /// Puts a finished draft in the file's place.
    ///
    /// - Parameter isListed: whether the ledger remembers it, for files that may be replaced later.
    public func adopt(_ draft: String, isListed: Bool) throws(OutputError) {
        defer { unlink(draft) }
        guard case .file(let path) = place else {
            guard let data = FileManager.default.contents(atPath: draft) else {
                throw .failed(path: name, reason: "its draft is gone")
            }
            // Before its reader can go away, which ends the process.
            unlink(draft)
            return try stream([UInt8](data))
        }
        _ = try rule.file(name)
        let descriptor = open(draft, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        OutputFile.keepPermissions(of: path, descriptor)
        let isWhole = fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        if !isWhole { throw failure(code) }
        let file = URL(fileURLWithPath: draft)
        if isListed, let data = try? Data(contentsOf: file, options: .mappedIfSafe) {
            try rule.ledger(for: path).append(path, digest: SHA256.hex(of: data))
        }
        // link, unlike rename, never replaces a file.
        let isNew = rule.existing == .none && link(draft, path) == 0
        if !isNew {
            if rule.existing == .none, errno == EEXIST {
                throw .refused(path: name, .exists)
            }
            if rename(draft, path) != 0 { throw failure() }
        }
        OutputFile.synchronise(folderOf: path)
    }

    // MARK: Steps

    private func makeFolder() throws(OutputError) {
        guard case .file(let path) = place else { return }
        let folder = (path as NSString).deletingLastPathComponent
        if let code = Self.make(folder) { throw failure(code) }
    }

    /// Makes a folder and those that it lies in; the system's error number where that fails.
    static func make(_ folder: String) -> Int32? {
        var status = stat()
        if stat(folder, &status) == 0 {
            return status.st_mode & S_IFMT == S_IFDIR ? nil : ENOTDIR
        }
        let parent = (folder as NSString).deletingLastPathComponent
        if parent != folder, !parent.isEmpty, let code = make(parent) { return code }
        return mkdir(folder, 0o777) == 0 || errno == EEXIST ? nil : errno
    }

    private func stream(_ bytes: [UInt8]) throws(OutputError) {
        guard case .stream(let descriptor) = place else { return }
        // What was printed before comes before.
        fflush(nil)
        let code = bytes.withUnsafeBytes { OutputFile.write($0, to: descriptor) }
        if let code { throw failure(code) }
    }

    private func failure(_ code: Int32 = errno) -> OutputError {
        .failed(path: name, reason: String(cString: strerror(code)))
    }
}
