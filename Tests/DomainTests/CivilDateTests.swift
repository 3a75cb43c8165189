import Testing

@testable import Domain

@Suite struct CivilDateTests {
    @Test func daysAreThoseOfISO8601() {
        // `date -u -d YYYY-MM-DD +%s`, and Python's datetime, divided by 86,400.
        let known = [
            (1, 1, 1, -719_162), (1582, 10, 4, -141_438), (1600, 2, 29, -135_081),
            (1900, 2, 28, -25_509), (1969, 12, 31, -1), (1970, 1, 1, 0), (2000, 2, 29, 11_016),
            (2024, 2, 29, 19_782), (2026, 11, 21, 20_778), (9999, 12, 31, 2_932_896),
        ]
        for (year, month, day, days) in known {
            let date = CivilDate(year: year, month: month, day: day)
            #expect(date?.daysSince1970 == days, "\(year)-\(month)-\(day)")
            #expect(CivilDate(daysSince1970: days) == date)
        }
    }

    @Test func everyDayComesBackAndFollowsTheOneBefore() throws {
        // The calendar repeats after 400 years, which these are.
        var before = try #require(CivilDate(daysSince1970: -5_001))
        for days in -5_000...141_200 {
            let date = try #require(CivilDate(daysSince1970: days))
            guard date.daysSince1970 == days,
                (before.year, before.month, before.day) < (date.year, date.month, date.day),
                CivilDate(year: date.year, month: date.month, day: date.day) == date
            else { return #expect(Bool(false), "day \(days) is \(date)") }
            before = date
        }
    }

    @Test func daysThatThereAreNot() {
        for (year, month, day) in [
            (2024, 2, 30), (2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 13, 1),
            (2024, 0, 1), (2024, 1, 0), (2024, 1, 32), (0, 1, 1), (10_000, 1, 1), (-1, 1, 1),
        ] { #expect(CivilDate(year: year, month: month, day: day) == nil) }
        for days in [Int.min, -719_163, 2_932_897, .max] {
            #expect(CivilDate(daysSince1970: days) == nil)
        }
    }
}
