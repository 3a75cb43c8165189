import ArgumentParser
import Foundation
import RunStore
import Wording

/// `--store`, shared by every verb that reads or writes runs.
struct StoreOption: ParsableArguments {
    /// The store where none is named.
    static let standard = "results/lightbox.db"

    @Option(
        name: .customLong("store"),
        help: ArgumentHelp(
            "The store: an SQLite file (else LIGHTBOX_STORE, else results/lightbox.db).",
            valueName: "store"))
    var chosen: String?

    /// The store's path.
    var store: String {
        let set = ProcessInfo.processInfo.environment["LIGHTBOX_STORE"] ?? ""
        let path = chosen ?? (set.isEmpty ? Self.standard : set)
        return UserPath.expanded(path)
    }

    var url: URL { URL(fileURLWithPath: store) }

    /// The store for reading; a missing one is an error. One of an earlier version is brought up to
    /// date first; where its file may not be changed, a copy is.
    func openForReading() throws -> RunStore {
        let store = try RunStore(at: url, mode: .readOnly)
        let places = [url.path, url.deletingLastPathComponent().path]
        guard store.isOlder, places.allSatisfy(FileManager.default.isWritableFile(atPath:)) else {
            return store
        }
        try store.close()
        try RunStore(at: url).close()
        return try RunStore(at: url, mode: .readOnly)
    }

    /// The store for writing, made with its folder where there is none.
    func openForWriting() throws -> RunStore { try RunStore(at: url) }
}
