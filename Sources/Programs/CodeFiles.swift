internal import Foundation
internal import Hashing
internal import Wording

/// The files that are a program's code.
struct CodeFiles {
    /// Files and folders, relative to `folder`.
    let paths: [String]
    let folder: String

    /// More files, or deeper folders, are no code but data, or a loop of links.
    private static let mostFiles = 10_000, deepest = 32
    /// Bytes of a file.
    private static let largest = 256 << 20

    /// SHA-256 over the names and contents of all files. What runs leave is left out: names that
    /// begin with a dot, `__pycache__` and `.pyc`.
    func digest() throws(ProgramError) -> String {
        let base = URL(fileURLWithPath: folder)
        var found: [(name: String, url: URL)] = []
        for path in paths { try add(path, Self.url(of: path, in: base), depth: 0, to: &found) }
        var hash = SHA256()
        for (name, url) in found.sorted(by: { $0.name < $1.name }) {
            guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
                throw .code(path: name, reason: "it cannot be read")
            }
            hash.update("\(name)\u{0}\(SHA256.hex(of: data))\n")
        }
        return hash.digest()
    }

    /// Where a path of the experiment file leads.
    static func url(of path: String, in base: URL) -> URL {
        let path = UserPath.expanded(path)
        return
            (path.hasPrefix("/")
            ? URL(fileURLWithPath: path) : base.appendingPathComponent(path)).standardizedFileURL
    }

    /// The path among `paths` whose code `url` is, or would be if it were there; nil for none.
    func root(of url: URL) -> String? {
        let base = URL(fileURLWithPath: folder)
        let place = url.resolvingSymlinksInPath().path
        return paths.first { path in
            let root = Self.url(of: path, in: base).resolvingSymlinksInPath().path
            guard place != root else { return true }
            let start = root.hasSuffix("/") ? root : root + "/"
            return place.hasPrefix(start)
                && !place.dropFirst(start.count).split(separator: "/").contains {
                    Self.isLeft(String($0))
                }
        }
    }

    private func add(
        _ name: String, _ url: URL, depth: Int, to found: inout [(name: String, url: URL)]
    ) throws(ProgramError) {
        var status = stat()
        guard stat(url.path, &status) == 0 else {
            throw .code(path: name, reason: String(cString: strerror(errno)))
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            guard Int(status.st_size) <= Self.largest else {
                throw .code(path: name, reason: "it is larger than 256 MB, so it is data")
            }
            guard found.count < Self.mostFiles else {
                throw .code(
                    path: paths.joined(separator: ", "),
                    reason: "it has more than \(Self.mostFiles) files")
            }
            found.append((name, url))
        case S_IFDIR:
            guard depth < Self.deepest else {
                throw .code(
                    path: name, reason: "its folders lie more than \(Self.deepest) deep")
            }
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) else {
                throw .code(path: name, reason: "the folder cannot be listed")
            }
            for child in names.sorted() where !Self.isLeft(child) {
                let trimmed = name.hasSuffix("/") ? String(name.dropLast()) : name
                try add(
                    "\(trimmed)/\(child)", url.appendingPathComponent(child), depth: depth + 1,
                    to: &found)
            }
        default: throw .code(path: name, reason: "it is neither a file nor a folder")
        }
    }

    private static func isLeft(_ name: String) -> Bool {
        name.hasPrefix(".") || name == "__pycache__" || name.hasSuffix(".pyc")
    }
}
