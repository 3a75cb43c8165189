internal import Files
internal import Foundation
internal import GRDB

/// Tells a copy to give away from every other store: such a one has neither files nor events, and
/// may lack values that its means were made of.
enum ShippedCopy {
    /// Whether the store may be one.
    static func isOne(_ db: Database) throws -> Bool {
        try Bool.readOne(
            db,
            sql: """
                SELECT NOT EXISTS (SELECT 1 FROM artifact) AND NOT EXISTS
                    (SELECT 1 FROM event WHERE message NOT GLOB ? || '*')
                """, arguments: [SealV3.words]) ?? false
    }

    /// The earlier copy at `url`, which a newer one may replace; nil where there is none, or a store
    /// that is somebody's own.
    static func identity(of url: URL, besides source: URL) -> FileIdentity? {
        guard let identity = FileIdentity(url.path), identity != FileIdentity(source.path),
            DatabaseFile.isStore(url.path), DatabaseFile.logBeside(url.path) == nil
        else { return nil }
        let isCopy = try? StoreOpener(path: url.path).openReadOnly().queue.read { db in
            let hasResults = try Bool.readOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM run WHERE state = 'completed')")
            return try hasResults == true && isOne(db)
        }
        return isCopy == true ? identity : nil
    }
}

/// A store that nobody has open and whose log lies beside it, left by a user who was killed: without
/// any files of its runs, which would show that somebody still works with it.
///
/// It is never written over, and its log would be replayed into a file that took its place, so the two
/// are set aside together.
struct AbandonedStore {
    /// Its real path, and where it is set aside.
    private let path: String
    let place: String

    /// The store at `url`; nil where there is none of that kind.
    init?(_ url: URL, besides source: URL) {
        path = url.resolvingSymlinksInPath().path
        guard let identity = FileIdentity(path), identity != FileIdentity(source.path),
            DatabaseFile.isStore(path), DatabaseFile.logBeside(path) != nil,
            !DatabaseFile.isOpenElsewhere(path), Self.isAlone(path)
        else { return nil }
        let path = path
        place =
            (1...).lazy.map { "\(path).old\($0)" }.first { name in
                ([""] + DatabaseFile.logs).allSatisfy { FileIdentity(name + $0) == nil }
            } ?? path
    }

    /// Whether the store has no files of runs beside it.
    private static func isAlone(_ path: String) -> Bool {
        let file = URL(fileURLWithPath: path)
        let found = SiblingStores(
            file.lastPathComponent,
            beside: file.deletingLastPathComponent().appendingPathComponent("-"))
        guard found.unreadable.isEmpty else { return false }
        let runs = file.deletingLastPathComponent().appendingPathComponent("runs")
        return found.stores.allSatisfy { store in
            store.files.isEmpty
                && !RunFolder.all(in: runs).contains { FolderOwner(of: $0)?.store == store.uuid }
        }
    }

    func move() { Self.rename(path, to: place) }

    func moveBack() { Self.rename(place, to: path) }

    private static func rename(_ old: String, to new: String) {
        for suffix in [""] + DatabaseFile.logs {
            _ = Foundation.rename(old + suffix, new + suffix)
        }
    }
}
