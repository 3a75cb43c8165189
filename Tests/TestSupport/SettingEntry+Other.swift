public import Settings

extension SettingEntry {
    /// Another value than the default, well away from it, as files write it: for tests that try every
    /// setting there is.
    public var otherText: String {
        switch (kind, defaultValue) {
        case (.number(let range), .number(let value)):
            let top = min(range.upperBound, 1)
            return SettingValue.number(value < top ? value + 0.3 * (top - value) : value / 2).text
        case (.flag, .flag(let value)): return value ? "false" : "true"
        case (.choice(let names), .word(let word)): return names.first { $0 != word } ?? word
        case (.numbers, .numbers(let values)): return SettingValue.numbers(values.reversed()).text
        case (.names, _): return "[lungs, again]"
        case (.integer(let range), .integer(let value)):
            return String(value > range.lowerBound ? value - 1 : value + 1)
        default: return defaultValue.text
        }
    }
}
