internal import Foundation
internal import Hashing

/// Where files of a merged store lie, seen from the store that takes its runs.
struct FilePlaces {
    /// A file of a merged run.
    struct File {
        /// As the other store names it.
        let source: ArtifactFile
        /// Number and digest of the run here.
        let run: RunID, digest: String
        /// As this store names it while it stays where it is.
        let named: String
    }

    private let from: URL
    /// From this store's folder to the other's, with a slash at the end; empty for the same one.
    private let prefix: String

    /// - Parameters:
    ///   - other: the store that is merged.
    ///   - store: the store that takes it.
    init(from other: URL, to store: URL) {
        from = StorePlace.resolving(other).resolvingSymlinksInPath().standardizedFileURL
            .deletingLastPathComponent()
        let to = store.resolvingSymlinksInPath().standardizedFileURL.deletingLastPathComponent()
        let theirs = from.pathComponents
        let ours = to.pathComponents
        let common = zip(theirs, ours).prefix { $0 == $1 }.count
        let steps = ours.dropFirst(common).map { _ in ".." } + theirs.dropFirst(common)
        prefix = steps.isEmpty ? "" : steps.joined(separator: "/") + "/"
    }

    /// The file that the other store names as run `old`'s, which is run `new` here.
    ///
    /// - Throws: `ArtifactError` where no file of that run can lie there.
    func file(
        _ record: ArtifactRecord, of old: RunID, as new: RunID, digest: String
    ) throws(ArtifactError) -> File {
        File(
            source: try ArtifactFile(record, run: old, digest: digest, beside: from), run: new,
            digest: digest,
            named: record.path.hasPrefix("/") ? record.path : prefix + record.path)
    }
}

extension RunFolder {
    /// Links or copies a file into the folder, once its bytes are what was recorded; never over
    /// another file.
    ///
    /// - Returns: its name here.
    func take(_ source: ArtifactFile) throws(ArtifactError) -> String {
        try source.verify()
        let draft = url.appendingPathComponent("\(source.place.file).\(UUID().uuidString).partial")
        defer { unlink(draft.path) }
        if link(source.url.path, draft.path) != 0 || !isSame(draft, source) {
            unlink(draft.path)
            let data = try source.read()
            do {
                try data.write(to: draft, options: .withoutOverwriting)
            } catch {
                throw .unwritable(
                    path: draft.path, reason: (error as NSError).localizedDescription)
            }
        }
        for number in 1...999 {
            let name = Self.numbered(source.place.file, number)
            let target = url.appendingPathComponent(name)
            if link(draft.path, target.path) == 0 { return name }
            let code = errno
            if code == EEXIST {
                if isSame(target, source) { return name }
                continue
            }
            // A file system without hard links.
            if access(target.path, F_OK) != 0, rename(draft.path, target.path) == 0 { return name }
            throw .unwritable(path: target.path, reason: String(cString: strerror(code)))
        }
        throw .unwritable(path: url.path, reason: "all names like \(source.place.file) are taken")
    }

    /// Whether a file of this folder has the bytes that were recorded of another.
    private func isSame(_ file: URL, _ source: ArtifactFile) -> Bool {
        let found = try? RegularFile(
            file.lastPathComponent, in: name, below: url.deletingLastPathComponent().path)
        guard let found, found.size == source.record.bytes else { return false }
        var hash = SHA256()
        let isRead: Void? = try? found.read(limit: found.size) { hash.update($0) }
        return isRead != nil && hash.digest() == source.record.digest
    }

    /// `best.safetensors`, `best-2.safetensors`, ….
    private static func numbered(_ name: String, _ number: Int) -> String {
        guard number > 1 else { return name }
        let url = URL(fileURLWithPath: name)
        let ending = url.pathExtension.isEmpty ? "" : "." + url.pathExtension
        return url.deletingPathExtension().lastPathComponent + "-\(number)" + ending
    }
}
