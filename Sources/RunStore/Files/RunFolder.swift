public import Foundation

/// The folder of one run's files, below `runs/` beside the store.
public struct RunFolder: Sendable, Hashable {
    /// How such folders are named: 16 hexadecimal digits, perhaps with a number from 2.
    struct Name: Hashable {
        let text: String
        let digits: String

        init?(_ text: String) {
            let parts = text.split(
                separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].utf8.count == 16,
                parts[0].utf8.allSatisfy(RunDigest.digits.contains)
            else { return nil }
            if parts.count == 2 {
                guard let number = Int(parts[1]), number >= 2, String(number) == parts[1] else {
                    return nil
                }
            }
            (self.text, digits) = (text, String(parts[0]))
        }
    }

    /// The folder.
    public let url: URL

    /// The folder at `url`, which need not be there.
    public init(url: URL) { self.url = url }

    /// The folder of that name below `runs`.
    init(_ name: String, in runs: URL) {
        // Equal folders are equal URLs, also before they are made.
        url = runs.appendingPathComponent(name, isDirectory: true)
    }

    /// The name below `runs/`.
    public var name: String { url.lastPathComponent }

    /// How the store names a file in it.
    public func path(of file: String) -> String { "runs/\(name)/\(file)" }

    /// Begins the first 16 digits of its run's digest.
    var digits: String { String(name.prefix(16)) }

    /// What lies in it: files that Lightbox writes into run folders, and other names.
    func contents() -> (files: [URL], others: [URL]) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        var files: [URL] = [], others: [URL] = []
        for name in names.sorted() where name != FolderOwner.file {
            let file = url.appendingPathComponent(name)
            var status = stat()
            guard lstat(file.path, &status) == 0 else { continue }
            let kind = status.st_mode & S_IFMT
            if kind == S_IFREG ? Self.isWritten(name) : kind == S_IFDIR && name == Self.program {
                files.append(file)
            } else {
                others.append(file)
            }
        }
        return (files, others)
    }

    /// The folder in which a program that trains the run works; it goes as a whole.
    private static let program = "program"

    /// Removes a file, or the folder of a program; false where that fails.
    static func remove(_ file: URL) -> Bool {
        guard file.lastPathComponent == program else { return unlink(file.path) == 0 }
        return (try? FileManager.default.removeItem(at: file)) != nil
    }

    /// Files that clients of MLflow gave to the run begin so; a draft ends in `.partial`.
    static let given = "artifact-"

    /// Weights and checkpoints, and predicted masks.
    private static let endings = [".safetensors", ".masks"]

    /// Weights, checkpoints, masks, drafts of these that a killed process left, what programs left, and
    /// what clients of MLflow gave to the run.
    private static func isWritten(_ name: String) -> Bool {
        name.hasPrefix(program + "-") || name.hasPrefix(given)
            || endings.contains { ending in
                name.hasSuffix(ending)
                    || (name.contains(ending + ".") && name.hasSuffix(".partial"))
            }
    }

    /// Removes the folder when nothing but the owner's mark is left in it.
    func removeIfEmpty() {
        let (files, others) = contents()
        guard files.isEmpty, others.isEmpty else { return }
        unlink(url.appendingPathComponent(FolderOwner.file).path)
        rmdir(url.path)
    }

    /// The folders of runs below `runs`, by name; links and other names are left out.
    static func all(in runs: URL) -> [RunFolder] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
        return names.sorted().filter { Name($0) != nil }.map {
            RunFolder($0, in: runs)
        }.filter(\.isFolder)
    }

    /// Links in `runs` that are named like folders of runs; what they lead to is left alone.
    static func links(in runs: URL) -> [RunFolder] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
        return names.sorted().filter { Name($0) != nil }.map { RunFolder($0, in: runs) }.filter {
            var status = stat()
            return lstat($0.url.path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        }
    }

    /// Why such a link is left alone.
    static let linkReason = "it is a link, and what it leads to may be another store's"

    /// Whether it is a folder, and no link to one.
    var isFolder: Bool {
        var status = stat()
        return lstat(url.path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
