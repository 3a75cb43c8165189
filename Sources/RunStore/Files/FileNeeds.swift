internal import Files
public import Foundation
internal import GRDB

/// Files that housekeeping left, and why.
public struct SparedFiles: Sendable, Equatable {
    /// Why, in words that follow "kept".
    public let reason: String
    /// The files.
    public internal(set) var files: [URL]
}

/// Why files of run folders must stay: what this store and the others of its folder name.
struct FileNeeds {
    private let me: FolderOwner
    private let own: Set<FileIdentity>
    private let siblings: SiblingStores
    private let place: RunsPlace
    private(set) var spared: [SparedFiles] = []

    /// - Parameters:
    ///   - me: this store; its run is not looked at.
    ///   - own: the files that this store names.
    init(
        me: FolderOwner, own: Set<FileIdentity>, siblings: SiblingStores, place: RunsPlace
    ) {
        (self.me, self.own, self.siblings, self.place) = (me, own, siblings, place)
    }

    /// Whether this store itself names the file.
    func isOwn(_ file: URL) -> Bool {
        FileIdentity(file.path).map(own.contains) ?? false
    }

    /// Whether the file may be removed as far as others are concerned; notes why not.
    ///
    /// - Parameter run: digest of this store's run that the folder belongs to; nil for any.
    mutating func allowsRemoving(_ file: URL, in folder: RunFolder, of run: String?) -> Bool {
        let owner = FolderOwner(of: folder)
        guard let reason = reason(file, in: folder, owner: owner, run: run) else { return true }
        keep(file, because: reason)
        return false
    }

    /// Notes that a file stays.
    mutating func keep(_ file: URL, because reason: String) {
        if let index = spared.firstIndex(where: { $0.reason == reason }) {
            spared[index].files.append(file)
        } else {
            spared.append(SparedFiles(reason: reason, files: [file]))
        }
    }

    private func reason(
        _ file: URL, in folder: RunFolder, owner: FolderOwner?, run: String?
    ) -> String? {
        if isOwn(file) { return "another run of this store names them" }
        if let identity = FileIdentity(file.path),
            let sibling = siblings.stores.first(where: { $0.files.contains(identity) })
        {
            return "the store '\(sibling.name)' \(sibling.place) names them"
        }
        if let owner {
            if owner.store != me.store {
                return "they belong to another store, '\(owner.name)'"
            }
            if let run, owner.run != run { return "they belong to another run" }
            if let holder = owner.holder(of: folder, besides: me) {
                return "they belong to '\(holder)', of which this store is a copy"
            }
            if owner.name != me.name,
                siblings.stores.contains(where: { $0.name == owner.name && $0.uuid == me.store })
            {
                return "they belong to '\(owner.name)', of which this store is a copy"
            }
        }
        if let elsewhere = place.reason(folder), owner?.at != me.at {
            return "\(elsewhere), and nothing says that they are this store's"
        }
        // Another store goes on in a folder that is its own or nobody's; a copy of this one also
        // in this one's.
        let sibling = siblings.stores.first { sibling in
            guard let runs = sibling.runs[folder.digits] else { return false }
            guard let owner else { return true }
            return owner.store == sibling.uuid && runs.contains(owner.run)
        }
        if let sibling {
            return "the store '\(sibling.name)' \(sibling.place) has that run too"
        }
        if let unreadable = siblings.unreadable.first {
            return "'\(unreadable.name)' in the same folder may name them and cannot be read "
                + "(\(unreadable.reason))"
        }
        return nil
    }
}

extension RunStore {
    /// This store as the owner of folders.
    func owner(ofRun digest: String = "") -> FolderOwner {
        FolderOwner(store: uuid, name: url.lastPathComponent, run: digest, at: realPath)
    }

    /// The store's path without links, also of its folders.
    private var realPath: String {
        guard let real = realpath(url.path, nil) else { return url.path }
        defer { free(real) }
        return String(cString: real)
    }

    /// What others need of the run folders, as it is now.
    func fileNeeds() throws -> FileNeeds {
        FileNeeds(
            me: owner(), own: try namedFiles().found, siblings: SiblingStores(beside: url),
            place: RunsPlace(runsFolder))
    }

    /// The files that this store names, as far as they are there, and the paths of the others.
    ///
    /// - Parameter runs: leaves out the files of these.
    func namedFiles(
        besides runs: Set<RunID> = []
    ) throws -> (found: Set<FileIdentity>, missing: [String]) {
        let folder = url.deletingLastPathComponent().path
        return try read { db in
            var found: Set<FileIdentity> = []
            var missing: [String] = []
            let rows = try Row.fetchCursor(db, sql: "SELECT path, run FROM artifact ORDER BY path")
            while let row = try rows.next() {
                guard let path = String.fromDatabaseValue(row[0]),
                    let run = Int64.fromDatabaseValue(row[1]), !runs.contains(run)
                else { continue }
                let full = path.hasPrefix("/") ? path : folder + "/" + path
                if let identity = FileIdentity(full) {
                    found.insert(identity)
                } else {
                    missing.append(path)
                }
            }
            return (found, missing)
        }
    }

    var runsFolder: URL {
        url.deletingLastPathComponent().appendingPathComponent("runs").standardizedFileURL
    }
}
