import Testing

@testable import Settings

/// Numbers mean the same wherever they are written, and what is none is refused.
@Suite struct NumberTextTests {
    @Test(arguments: [
        ("1.0e-3", 0.001), ("0.001", 0.001), ("1e-3", 0.001), ("0.0010", 0.001), ("1E-03", 0.001),
        ("10", 10), ("+10", 10), ("10.", 10), (".5", 0.5), ("-0.25", -0.25),
    ])
    func spellingsOfOneNumberAreOneNumber(text: String, value: Double) {
        #expect(NumberText.number(text) == value)
    }

    @Test(arguments: ["0", "-0", "0.0", "-0.0e9", "0e400"])
    func thereIsNoNegativeZero(text: String) {
        #expect(NumberText.number(text)?.sign == .plus)
    }

    @Test(arguments: [
        "", " 1", "1 ", "nan", "inf", "-inf", "infinity", "0x10", "0x1p3", "1_000", "010", "00.5",
        "1e400", "-1e400", "1e-400", "1e", "e5", ".", "-", "+-1", "1..2", "1,5", "0b1", "0o7", "١",
        "1e5.0", "true", "12ab",
    ])
    func whatIsNoDecimalNumberIsRefused(text: String) {
        #expect(NumberText.number(text) == nil)
        #expect(NumberText.wholeNumber(text) == nil)
    }

    @Test func wholeNumbersKeepEveryDigitOrAreRefused() {
        #expect(NumberText.wholeNumber("1.0") == 1)
        #expect(NumberText.wholeNumber("3e2") == 300)
        #expect(NumberText.wholeNumber("9223372036854775807") == .max)
        #expect(NumberText.wholeNumber("9223372036854775808") == nil)
        #expect(NumberText.wholeNumber("9007199254740993.0") == 9_007_199_254_740_993)
        #expect(NumberText.wholeNumber("9007199254740993.5") == nil)
        #expect(NumberText.wholeNumber("1e18") == 1_000_000_000_000_000_000)
        #expect(NumberText.wholeNumber("-9.2e+18") == -9_200_000_000_000_000_000)
        #expect(NumberText.wholeNumber("0.0012e21") == 1_200_000_000_000_000_000)
        #expect(NumberText.wholeNumber("120000e-4") == 12)
        #expect(NumberText.wholeNumber("1e-4") == nil)
        #expect(NumberText.wholeNumber("9.3e18") == nil)
        #expect(NumberText.wholeNumber("1e19") == nil)
        #expect(NumberText.wholeNumber("1e99999999999999999999") == nil)
        #expect(NumberText.wholeNumber("0.0e99999999999999999999") == 0)
        #expect(NumberText.wholeNumber("1.5") == nil)
        #expect(NumberText.wholeNumber("1e300") == nil)
    }

    @Test(arguments: ["9223372036854775808", "1e19", "1e300"])
    func theLargestIsNamedWhereItIsPassed(text: String) {
        let limit = "from 0 to 9223372036854775807"
        #expect(SettingKind.integer(0...Int.max).expectation(insteadOf: text).hasSuffix(limit))
        let split = SettingKind.integerOrWord(0...Int.max, ["seed"])
        #expect(split.expectation(insteadOf: text).hasSuffix(limit + ", or seed"))
        #expect(split.expectation(insteadOf: "-1") == split.expectation)
    }
}
