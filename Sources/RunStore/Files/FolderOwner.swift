internal import Files
internal import Foundation

/// Whose a run folder is: the file `.owner` in it, written before anything else.
struct FolderOwner: Codable, Hashable {
    static let file = ".owner"

    /// The store's UUID.
    var store: String
    /// Its file's name, which tells a store from a copy of it in the same folder.
    var name: String
    /// Digest of the run.
    var run: String
    /// Path of the store's file when the folder was marked; marks of earlier versions have none.
    var at: String?

    /// The mark of a folder; nil where there is none that can be read.
    init?(of folder: RunFolder) {
        guard
            let file = try? RegularFile(
                Self.file, in: folder.name, below: folder.url.deletingLastPathComponent().path),
            file.size <= 4096
        else { return nil }
        var data = Data()
        guard (try? file.read(limit: 4096, { data.append(contentsOf: $0) })) != nil,
            let owner = try? JSONDecoder().decode(Self.self, from: data)
        else { return nil }
        self = owner
    }

    init(store: String, name: String, run: String, at: String) {
        (self.store, self.name, self.run, self.at) = (store, name, run, at)
    }

    /// The other store that still has the folder where it was marked, though this one shares it
    /// through a link or a mount; nil where there is none, as after a store was moved or copied with
    /// its runs.
    func holder(of folder: RunFolder, besides me: FolderOwner) -> String? {
        guard let at, at.hasPrefix("/"), at != me.at, let other = FileIdentity(at),
            other != me.at.flatMap({ FileIdentity($0) }), DatabaseFile.isStore(at)
        else { return nil }
        let there = (at as NSString).deletingLastPathComponent + "/runs/" + folder.name
        return FileIdentity(there) == FileIdentity(folder.url.path) ? at : nil
    }

    /// Marks the folder; never over the mark of another unless `replacing`.
    ///
    /// - Returns: false where somebody was faster.
    func mark(_ folder: RunFolder, replacing: Bool = false) throws(ArtifactError) -> Bool {
        let file = folder.url.appendingPathComponent(Self.file).path
        let draft = file + ".\(UUID().uuidString)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(self).write(to: URL(fileURLWithPath: draft))
        } catch {
            let reason = (error as? CocoaError)?.localizedDescription ?? "\(error)"
            unlink(draft)
            throw .unwritable(path: file, reason: reason)
        }
        defer { unlink(draft) }
        if replacing, rename(draft, file) == 0 { return true }
        if link(draft, file) == 0 { return true }
        let code = errno
        if code == EEXIST { return false }
        // A file system without hard links: rename, unless somebody was faster.
        if access(file, F_OK) != 0, rename(draft, file) == 0 { return true }
        throw .unwritable(path: file, reason: String(cString: strerror(code)))
    }
}
