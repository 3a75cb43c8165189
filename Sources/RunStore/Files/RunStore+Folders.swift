internal import Files
internal import Foundation
internal import GRDB

extension RunStore {
    /// The folder for the files of the run with that digest, made and marked as this store's.
    ///
    /// `runs/` and the first 16 digits of the digest; where that folder is another store's, or may
    /// be, the same with `-2`, `-3`, …: no store touches another's checkpoints.
    ///
    /// - Returns: the folder, and a sentence about those that were passed by, if any.
    /// - Throws: `ArtifactError.unwritable`, `StoreError`.
    public func folder(ofDigest text: String) throws -> (folder: RunFolder, note: String?) {
        guard let digest = RunDigest(text) else {
            throw ArtifactError.badDigest(run: 0, found: text)
        }
        let me = owner(ofRun: digest.text)
        var passed: [String] = []
        for number in 1...999 {
            let name = digest.folder + (number == 1 ? "" : "-\(number)")
            let folder = RunFolder(name, in: runsFolder)
            if let reason = try take(folder, as: me) {
                passed.append("runs/\(name) \(reason)")
                continue
            }
            guard !passed.isEmpty else { return (folder, nil) }
            return (
                folder, passed.joined(separator: ", ") + "; this run's files lie in runs/\(name)"
            )
        }
        throw ArtifactError.unwritable(
            path: runsFolder.path, reason: "all folders of run \(digest.folder) are others'")
    }

    /// Takes the folder; or says why it is not this store's.
    private func take(_ folder: RunFolder, as me: FolderOwner) throws -> String? {
        do {
            try FileManager.default.createDirectory(
                at: runsFolder, withIntermediateDirectories: true)
        } catch {
            throw ArtifactError.unwritable(
                path: runsFolder.path, reason: (error as NSError).localizedDescription)
        }
        let isNew = mkdir(folder.url.path, 0o777) == 0
        if !isNew, errno != EEXIST {
            throw ArtifactError.unwritable(
                path: folder.url.path, reason: String(cString: strerror(errno)))
        }
        guard folder.isFolder else { return "is no folder" }
        if let owner = FolderOwner(of: folder) { return try judge(owner, of: folder, as: me) }
        // Folders of earlier versions have no mark.
        if !isNew, let reason = try strangerIn(folder, me: me) { return reason }
        if try me.mark(folder) { return nil }
        // Another process was faster, or the mark is damaged.
        if let owner = FolderOwner(of: folder) { return try judge(owner, of: folder, as: me) }
        if let reason = try strangerIn(folder, me: me) { return reason }
        _ = try me.mark(folder, replacing: true)
        return nil
    }

    private func judge(_ owner: FolderOwner, of folder: RunFolder, as me: FolderOwner) throws
        -> String?
    {
        guard owner.store == me.store else { return "belongs to another store, '\(owner.name)'" }
        guard owner.run == me.run else { return "belongs to another run" }
        if owner.name == me.name, owner.at == me.at { return nil }
        if let holder = owner.holder(of: folder, besides: me) {
            return "belongs to '\(holder)', of which this store is a copy"
        }
        if owner.at == nil, let reason = try copyBesideRuns(of: me, with: folder) { return reason }
        // A copy of this store has its number; a store that was renamed is no copy.
        let other = SiblingStores(owner.name, beside: url)
        let isThere =
            !other.unreadable.isEmpty || other.stores.contains { $0.uuid == me.store }
        if owner.name != me.name, isThere,
            FileIdentity(sibling(owner.name)) != FileIdentity(url.path)
        {
            return "belongs to '\(owner.name)', of which this store is a copy"
        }
        _ = try me.mark(folder, replacing: true)
        return nil
    }

    /// Why a folder without a mark, or with a damaged one, may be another's.
    private func strangerIn(_ folder: RunFolder, me: FolderOwner) throws -> String? {
        let others = try read { db in
            try StoreRow.fetchOne(
                db, sql: "SELECT 1 FROM run WHERE substr(digest, 1, 16) = ? AND digest <> ?",
                arguments: [folder.digits, me.run])
        }
        if others != nil { return "belongs to another run" }
        guard !folder.contents().files.isEmpty else { return nil }
        if let reason = try copyBesideRuns(of: me, with: folder) { return reason }
        let siblings = SiblingStores(beside: url)
        let namers = siblings.stores.filter {
            $0.uuid != me.store && $0.runs[folder.digits] != nil
        }
        if let namer = namers.first { return "may belong to the store '\(namer.name)'" }
        return siblings.unreadable.first.map {
            "may belong to '\($0.name)', which cannot be read"
        }
    }

    /// A copy of this store beside the folder that `runs` leads to, which has that run.
    private func copyBesideRuns(of me: FolderOwner, with folder: RunFolder) throws -> String? {
        guard RunsPlace(runsFolder).elsewhere != nil else { return nil }
        return SiblingStores(beside: url).stores.first {
            $0.isElsewhere && $0.uuid == me.store && $0.runs[folder.digits] != nil
        }.map { "may belong to '\($0.name)', of which this store is a copy" }
    }

    private func sibling(_ name: String) -> String {
        url.deletingLastPathComponent().appendingPathComponent(name).path
    }
}
