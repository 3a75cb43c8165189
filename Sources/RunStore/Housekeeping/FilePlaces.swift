internal import Foundation

/// Where files of a merged store lie, seen from the store that takes its runs.
struct FilePlaces {
    /// A file of a merged run.
    struct Path {
        let run: RunID
        /// As the other store names it.
        let original: String
        /// As this store names it while it stays where it is.
        let named: String
        /// Where it would be copied to.
        let copy: URL
    }

    private let from: URL
    private let to: URL
    /// From this store's folder to the other's, with a slash at the end; empty for the same one.
    private let prefix: String

    /// - Parameters:
    ///   - other: the store that is merged.
    ///   - store: the store that takes it.
    init(from other: URL, to store: URL) {
        from = other.resolvingSymlinksInPath().standardizedFileURL.deletingLastPathComponent()
        to = store.resolvingSymlinksInPath().standardizedFileURL.deletingLastPathComponent()
        let theirs = from.pathComponents
        let ours = to.pathComponents
        let common = zip(theirs, ours).prefix { $0 == $1 }.count
        let steps = ours.dropFirst(common).map { _ in ".." } + theirs.dropFirst(common)
        prefix = steps.isEmpty ? "" : steps.joined(separator: "/") + "/"
    }

    func path(_ original: String, of run: RunID) -> Path {
        Path(
            run: run, original: original,
            named: original.hasPrefix("/") ? original : prefix + original,
            copy: to.appendingPathComponent(original))
    }

    /// Links or copies the files to their places beside this store; those outside the other
    /// store's folder, and those that are gone, are left.
    ///
    /// - Returns: how many.
    func copy(_ paths: [Path]) throws -> Int {
        let files = FileManager.default
        var count = 0
        for path in paths {
            let source = from.appendingPathComponent(path.original).standardizedFileURL
            guard !path.original.hasPrefix("/"), source.path.hasPrefix(from.path + "/"),
                files.fileExists(atPath: source.path), source != path.copy.standardizedFileURL
            else { continue }
            do {
                try files.createDirectory(
                    at: path.copy.deletingLastPathComponent(), withIntermediateDirectories: true)
                let draft = path.copy.path + ".\(UUID().uuidString).new"
                if link(source.path, draft) != 0 {
                    try files.copyItem(atPath: source.path, toPath: draft)
                }
                guard rename(draft, path.copy.path) == 0 else {
                    throw StoreError.cannotOpen(
                        path: path.copy.path, reason: String(cString: strerror(errno)))
                }
                // Renaming one name of a file to another of the same file leaves both.
                unlink(draft)
                count += 1
            } catch let error as CocoaError {
                throw StoreError.cannotOpen(
                    path: path.copy.path, reason: error.localizedDescription)
            }
        }
        return count
    }
}
