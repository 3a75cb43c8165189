import Foundation
import Hashing

/// What Lightbox wrote below a folder, for files that have no place for a seal: tables, event files,
/// weights, drawn X-rays.
///
/// The file `.lightbox-files`, a line a file as `sha256sum` writes it: digest, two blanks, path from
/// the folder. Lines are only ever appended, whole.
public struct Ledger: Sendable {
    /// Name of the file.
    public static let name = ".lightbox-files"

    /// The folder, without links.
    let folder: String
    private var digests: [String: Set<String>] = [:]

    private var file: String { folder + "/" + Self.name }

    /// Reads the ledger of a folder; one that is missing or odd is empty.
    init(folder: String) {
        self.folder = folder
        var status = stat()
        guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let data = FileManager.default.contents(atPath: file)
        else { return }
        for line in data.split(separator: UInt8(ascii: "\n")) where line.count > 66 {
            let digest = String(decoding: line.prefix(64), as: UTF8.self)
            let name = String(decoding: line.dropFirst(66), as: UTF8.self)
            digests[name, default: []].insert(digest)
        }
    }

    /// The path of a file from the folder; nil for one outside.
    private func name(of path: String) -> String? {
        guard path.hasPrefix(folder + "/"), !path.contains("\n") else { return nil }
        return String(path.dropFirst(folder.count + 1))
    }

    /// What the ledger says about a file below the folder that has these bytes.
    func state(of path: String, digest: String) -> Seal.State {
        guard let name = name(of: path), let known = digests[name] else { return .foreign }
        return known.contains(digest) ? .made : .edited
    }

    /// Remembers what is about to be written.
    func append(_ path: String, digest: String) throws(OutputError) {
        guard let name = name(of: path), digests[name]?.contains(digest) != true else { return }
        func failure() -> OutputError {
            .failed(path: file, reason: String(cString: strerror(errno)))
        }
        let descriptor = open(
            file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        // One call, so that lines of several processes do not mix.
        let line = Array("\(digest)  \(name)\n".utf8)
        if write(descriptor, line, line.count) != line.count { throw failure() }
    }
}
