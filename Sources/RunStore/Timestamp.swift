internal import Foundation

/// Points in time as the store writes them.
enum Timestamp {
    /// Seconds since 1970, as leases count.
    static var now: Double { Date().timeIntervalSince1970 }

    /// Coordinated universal time with milliseconds, `2026-11-21T02:46:00.123Z`; sorts as text and
    /// is understood by SQLite's date functions.
    static func text(_ date: Date = Date()) -> String {
        date.formatted(style)
    }

    /// The date of `text`, nil when it is none.
    static func date(_ text: String) -> Date? {
        try? style.parse(text)
    }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
