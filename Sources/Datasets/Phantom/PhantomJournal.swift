import Files
import Foundation

/// What is being drawn: a list that lies where `phantom.json` will, and grows before each file, so
/// that drawings are known as such also where their command was killed.
struct PhantomJournal: Sendable {
    /// The file's name. A line a file, as `sha256sum` writes it.
    static let fileName = "phantom-drawing.txt"

    let url: URL
    /// Digests of the files drawn, by path from the folder drawn into; the last one counts.
    let files: [String: String]

    /// The list beside a manifest; empty where there is none.
    init(beside manifest: URL) {
        self.init(in: manifest.deletingLastPathComponent())
    }

    /// The list in a folder; empty where there is none.
    init(in folder: URL) {
        url = folder.appendingPathComponent(Self.fileName)
        var files: [String: String] = [:]
        let data = (try? Data(contentsOf: url)) ?? Data()
        for line in data.split(separator: UInt8(ascii: "\n")) where line.count > 66 {
            let path = String(decoding: line.dropFirst(66), as: UTF8.self)
            files[path] = String(decoding: line.prefix(64), as: UTF8.self)
        }
        self.files = files
    }

    /// Whether the file at `path`, relative to `root`, has the content that was drawn.
    func holds(_ path: String, below root: URL) -> Bool {
        PhantomMark.holds(files[path], root.appendingPathComponent(path))
    }

    /// Remembers what is about to be written; whole lines, also from several threads.
    func append(_ drawn: [(path: String, digest: String)]) throws(OutputError) {
        func failure() -> OutputError {
            .failed(path: url.path, reason: String(cString: strerror(errno)))
        }
        let descriptor = open(
            url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        let lines = Array(drawn.map { "\($0.digest)  \($0.path)\n" }.joined().utf8)
        if Foundation.write(descriptor, lines, lines.count) != lines.count { throw failure() }
    }

    /// Removes the list, once the manifest says the same.
    func remove() { unlink(url.path) }
}
