internal import Domain
internal import Foundation

/// Points in time as the store writes them.
enum Timestamp {
    /// Seconds since 1970, as leases count.
    static var now: Double { Date().timeIntervalSince1970 }

    /// Coordinated universal time with milliseconds, `2026-11-21T02:46:00.123Z`; sorts as text and
    /// is understood by SQLite's date functions.
    static func text(_ date: Date = Date()) -> String {
        // The style cuts off what is less than a millisecond, and most of them are no whole `Double`.
        let nearest = (date.timeIntervalSince1970 * 1000).rounded() / 1000 + 0.0001
        return date < gregorian
            ? ancient(date) : Date(timeIntervalSince1970: nearest).formatted(style)
    }

    /// The date of `text`; nil when it is none, and for one of no year from 1 to 9999.
    static func date(_ text: String) -> Date? {
        guard let date = try? style.parse(text),
            CivilDate.seconds.contains(date.timeIntervalSince1970)
        else { return nil }
        return date
    }

    /// 15 October 1582: before it Foundation counts by the Julian calendar, and SQLite and ISO 8601 do
    /// not.
    private static let gregorian = Date(timeIntervalSince1970: -12_219_292_800)

    private static func ancient(_ date: Date) -> String {
        let milliseconds = Int(nearest: date.timeIntervalSince1970 * 1000)
        let days = Int((Double(milliseconds) / 86_400_000).rounded(.down))
        guard let day = CivilDate(daysSince1970: days) else { return date.formatted(style) }
        let rest = milliseconds - days * 86_400_000
        return String(
            format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", day.year, day.month, day.day,
            rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000)
    }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
