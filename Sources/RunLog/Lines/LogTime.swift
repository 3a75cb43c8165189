internal import Domain
internal import Foundation

/// Reads a point in time as ISO 8601 and RFC 3339 write it, `2026-11-21T02:46:00.5+01:00`, of the years
/// 1 to 9999. A day, hour or second that there is not makes no time: nothing is carried over.
struct LogTime {
    private var rest: ArraySlice<UInt8>

    /// The date of `text`; nil where it is no such time.
    static func date(_ text: String) -> Date? {
        var reader = LogTime(rest: Array(text.utf8)[...])
        guard let day = reader.day(), reader.skip("T"), let time = reader.timeOfDay(),
            let zone = reader.zone(), reader.rest.isEmpty
        else { return nil }
        let seconds = Double(day.daysSince1970 * 86_400 - zone) + time
        return CivilDate.seconds.contains(seconds) ? Date(timeIntervalSince1970: seconds) : nil
    }

    private mutating func day() -> CivilDate? {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"),
            let day = number(2)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// Seconds since midnight.
    private mutating func timeOfDay() -> Double? {
        guard let minutes = minutes(needsColon: true), skip(":"), let seconds = number(2),
            seconds < 60
        else { return nil }
        guard skip(".") || skip(",") else { return Double(minutes * 60 + seconds) }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard let share = Double("0." + String(decoding: digits, as: UTF8.self)), !digits.isEmpty
        else { return nil }
        rest = rest.dropFirst(digits.count)
        return Double(minutes * 60 + seconds) + share
    }

    /// Seconds that local time is ahead of universal time.
    private mutating func zone() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let isBehind = skip("-")
        guard isBehind || skip("+") else { return nil }
        if rest.count == 2 { rest += [0x30, 0x30] }
        guard let minutes = minutes(needsColon: false) else { return nil }
        return isBehind ? -minutes * 60 : minutes * 60
    }

    /// Minutes of an hour below 24 and a minute below 60; a zone may leave the colon out.
    private mutating func minutes(needsColon: Bool) -> Int? {
        guard let hours = number(2), hours < 24, skip(":") || !needsColon,
            let minutes = number(2), minutes < 60
        else { return nil }
        return hours * 60 + minutes
    }

    private mutating func number(_ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private mutating func skip(_ sign: Character) -> Bool {
        guard let byte = rest.first, byte == sign.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }
}
