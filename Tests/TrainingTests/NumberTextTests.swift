import Testing
import Training

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
        #expect(NumberText.wholeNumber("9007199254740993.0") == nil)
        #expect(NumberText.wholeNumber("1.5") == nil)
        #expect(NumberText.wholeNumber("1e300") == nil)
    }
}

/// The table of settings says what can be trained.
@Suite struct SettingLimitTests {
    private func complaint(_ name: String, _ text: String) -> String? {
        var settings = TrainingSettings()
        do {
            try TrainingSettings.field(name)?.set(text, in: &settings)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: ["16", "32", "48", "1e2", "128.0", "2048"])
    func sidesThatNetworksCanHalveFourTimesAreTaken(text: String) {
        let side = NumberText.wholeNumber(text) ?? 0
        #expect((complaint("image", text) == nil) == (side % 16 == 0))
    }

    @Test(arguments: [
        ("100", "96 or 112"), ("200", "192 or 208"), ("250", "240 or 256"),
        ("2047", "2032 or 2048"),
        ("17", "16 or 32"),
    ])
    func anotherSideIsRefusedWithTheNearestOnes(text: String, near: String) {
        #expect(
            complaint("image", text)
                == "'image' is '\(text)'; expected a multiple of 16 from 16 to 2048, such as "
                + near
        )
    }

    @Test(arguments: ["0", "15", "2064", "-32", "1e9", "large"])
    func sidesOutOfRangeNameTheRange(text: String) {
        #expect(
            complaint("image", text)
                == "'image' is '\(text)'; expected a multiple of 16 from 16 to 2048")
    }

    /// Every setting refuses what its neighbours in the program could not hold.
    @Test(arguments: TrainingSettings.fields.map(\.name))
    func noSettingTakesWhatIsNoNumberOrFarTooLarge(name: String) {
        for text in ["nan", "inf", "-inf", "1e400", "1e300", "-1", "0x10", "1_0", "", "[]", "01"] {
            #expect(complaint(name, text) != nil, "\(name): \(text)")
        }
    }
}
