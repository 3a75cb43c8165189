import ArgumentParser
import Foundation
import RunStore

/// `--store`, shared by every verb that reads or writes runs.
struct StoreOption: ParsableArguments {
    @Option(help: "The store: an SQLite file.")
    var store = "results/lightbox.db"

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
