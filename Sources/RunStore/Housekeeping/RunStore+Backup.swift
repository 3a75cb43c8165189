internal import Files
public import Foundation
internal import GRDB

extension RunStore {
    /// Copies the store, while others use it, as it is at this moment, into a new file without
    /// free space, and checks the copy.
    ///
    /// - Returns: bytes of the copy.
    /// - Throws: `StoreError`; `OutputError` when `copy` exists already or cannot be made.
    @discardableResult
    public func backup(to copy: URL) throws -> Int64 {
        let rule = OutputRule(existing: .none, inputs: [url.path])
        let draft = try DatabaseDraft(of: rule.file(copy.relativePath))
        try draft.write { try StoreOpener(path: url.path).copy(to: $0) }
        let found = try RunStore(at: URL(fileURLWithPath: draft.path), mode: .readOnly).check()
        guard found.isEmpty else {
            throw StoreError.corrupt(path: url.path, reason: found.joined(separator: "; "))
        }
        let size = try? FileManager.default.attributesOfItem(atPath: draft.path)[.size] as? Int64
        try draft.adopt(isListed: false)
        return size ?? 0
    }

    /// What is wrong inside the file: SQLite's integrity check and dangling references; nothing
    /// when all is well.
    public func check() throws -> [String] {
        try read { db in
            let damage = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)")
            let dangling = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(10).map {
                "a row of \($0["table"] as String) refers to no row of \($0["parent"] as String)"
            }
            return damage.filter { $0 != "ok" } + dangling
        }
    }
}

extension StoreOpener {
    /// Copies the store as it is at this moment into a new file.
    func copy(to target: String) throws {
        try StoreError.translating(path: target) {
            let queue = try openReadOnly()
            defer { try? queue.close() }
            try queue.inDatabase { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [target])
            }
        }
    }
}
