public import Foundation
internal import GRDB

/// Something that happened.
public struct EventRecord: Sendable, Hashable {
    /// How much it matters.
    public enum Level: String, Sendable, Hashable, CaseIterable, Codable {
        case debug, info, warning, error
    }

    /// When.
    public var time: Date
    /// How much it matters.
    public var level: Level
    /// What.
    public var message: String

    /// An event.
    public init(time: Date = Date(), level: Level, message: String) {
        self.time = time
        self.level = level
        self.message = message
    }
}

extension RunLease {
    /// Records events of the run.
    public func record(_ events: [EventRecord]) throws {
        try write { db in
            for event in events { try RunStore.insert(event, run: run, in: db) }
        }
    }

    /// Records an event of the run.
    public func record(_ event: EventRecord) throws {
        try record([event])
    }
}

extension RunStore {
    /// Records an event of the store as a whole, or of a run that nobody needs to hold.
    public func record(_ event: EventRecord, run: RunID? = nil) throws {
        try write { db in
            guard let run else { return try Self.insert(event, run: nil, in: db) }
            try RecordSeal.run.keep(run, in: db) { try Self.insert(event, run: run, in: db) }
        }
    }

    static func insert(_ event: EventRecord, run: RunID?, in db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO event (run, time, level, message) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [
            run, Timestamp.text(event.time), event.level.rawValue,
            // SQL's functions take a text to end at its first zero.
            event.message.replacing("\0", with: "\u{FFFD}"),
        ])
    }
}
