internal import Files
public import Foundation
internal import GRDB

extension RunStore {
    /// Copies the store, while others use it, as it is at this moment, into a new file without
    /// free space, and checks the copy.
    ///
    /// - Parameters:
    ///   - inputs: other files that are read and may not be written over.
    ///   - inputFolders: folders of which every file is read, such as data sets.
    /// - Returns: bytes of the copy.
    /// - Throws: `StoreError`; `OutputError` when `copy` exists already or cannot be made.
    @discardableResult
    public func backup(
        to copy: URL, inputs: [String] = [], inputFolders: [String] = []
    ) throws -> Int64 {
        let rule = OutputRule(
            existing: .none, inputs: [url.path] + inputs, inputFolders: inputFolders)
        let draft = try DatabaseDraft(of: rule.file(copy.writtenPath))
        try draft.write { try StoreOpener(path: url.path).copy(to: $0) }
        try RunStore(at: URL(fileURLWithPath: draft.path), mode: .readOnly)
            .refuseDamage(named: url)
        let size = try? FileManager.default.attributesOfItem(atPath: draft.path)[.size] as? Int64
        try draft.adopt(isListed: false)
        return size ?? 0
    }
}

extension StoreOpener {
    /// Copies an open store into a new file, unless it is damaged: pages that stand in two places
    /// would make a copy of any size.
    static func copy(_ reading: Reading, to target: String) throws {
        try reading.clock.limiting(to: StoreClock.patience) {
            try reading.queue.inDatabase { db in
                // The schema is Lightbox's, and what fills the copy has its checks looked at, whose
                // json_valid() SQLite calls unsafe.
                try db.execute(sql: "PRAGMA trusted_schema = ON")
                defer { try? db.execute(sql: "PRAGMA trusted_schema = OFF") }
                let damage = try String.readOne(db, sql: "PRAGMA quick_check(1)") ?? "ok"
                guard damage == "ok" else {
                    throw StoreError.corrupt(path: reading.path, reason: damage)
                }
                try db.execute(sql: "VACUUM INTO ?", arguments: [target])
            }
        }
    }

    /// Copies the store as it is at this moment into a new file.
    func copy(to target: String) throws {
        try StoreError.translating(path: target) {
            let reading = try openReadOnly()
            defer { try? reading.queue.close() }
            try Self.copy(reading, to: target)
        }
    }
}

extension URL {
    /// The path as it was written: a slash at its end, which names a folder, is kept.
    var writtenPath: String { hasDirectoryPath ? relativePath + "/" : relativePath }
}
