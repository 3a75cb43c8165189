internal import GRDB

extension RunStore {
    /// Records runs that nobody works on, and that are not done, as failed.
    ///
    /// - Parameter reasons: by digest of the run, one sentence each.
    /// - Returns: those that were recorded; runs that are done, failed or at work are left alone.
    @discardableResult
    public func fail(_ reasons: [String: String]) throws -> [RunID] {
        try move(reasons, from: ["queued", "interrupted"], to: .failed, level: .error) {
            ($0, $0)
        }
    }

    /// Makes failed runs open again, as `interrupted`.
    ///
    /// - Parameter reasons: by digest of the run, why, one sentence each.
    /// - Returns: those that were failed.
    @discardableResult
    public func reopen(_ reasons: [String: String]) throws -> [RunID] {
        try move(reasons, from: ["failed"], to: .interrupted, level: .info) {
            (nil, "run opened again: \($0)")
        }
    }

    private func move(
        _ reasons: [String: String], from: Set<String>, to state: RunState,
        level: EventRecord.Level, words: (String) -> (error: String?, message: String)
    ) throws -> [RunID] {
        guard !reasons.isEmpty else { return [] }
        return try write { db in
            var moved: [RunID] = []
            for (digest, reason) in reasons.sorted(by: { $0.key < $1.key }) {
                let found = try StoreRow.fetchOne(
                    db.cachedStatement(sql: "SELECT id, state FROM run WHERE digest = ?"),
                    arguments: [digest])
                guard let found, try from.contains(found[1]) else { continue }
                let run: RunID = try found[0]
                let (error, message) = words(reason)
                try RecordSeal.run.keep(run, in: db) {
                    try db.cachedStatement(
                        sql: "UPDATE run SET state = ?, error = ?, finished = ? WHERE id = ?"
                    ).execute(arguments: [
                        state.rawValue, error, state.isFinal ? Timestamp.text() : nil, run,
                    ])
                    try Self.insert(EventRecord(level: level, message: message), run: run, in: db)
                }
                moved.append(run)
            }
            return moved
        }
    }
}
