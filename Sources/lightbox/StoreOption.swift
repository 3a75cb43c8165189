import ArgumentParser
import Foundation
import RunStore

/// `--store`, shared by every verb that reads or writes runs.
struct StoreOption: ParsableArguments {
    /// The store where none is named.
    static let standard = "results/lightbox.db"

    @Option(help: "The store: an SQLite file.")
    var store = Self.standard

    var url: URL { URL(fileURLWithPath: store) }

    /// The store for reading; a missing one is an error. One of an earlier version is brought up to
    /// date first, unless its file may not be changed.
    func openForReading() throws -> RunStore {
        do {
            return try RunStore(at: url, mode: .readOnly)
        } catch StoreError.olderSchema
            where FileManager.default.isWritableFile(atPath: url.path)
        {
            try RunStore(at: url).close()
            return try RunStore(at: url, mode: .readOnly)
        }
    }

    /// The store for writing, made with its folder where there is none.
    func openForWriting() throws -> RunStore { try RunStore(at: url) }
}
