internal import Foundation

/// The connection for queries, opened when the first one comes.
final class QueryConnections: @unchecked Sendable {
    private let lock = NSLock()
    private var open: QueryConnection?

    func connection(path: String, _ rule: LeaseRule) throws -> QueryConnection {
        try lock.withLock {
            if let open { return open }
            let made = try QueryConnection(path: path, rule)
            open = made
            return made
        }
    }

    func close() {
        lock.withLock { open = nil }
    }
}
