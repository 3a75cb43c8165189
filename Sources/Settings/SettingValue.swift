public import Domain

/// A setting's value outside its struct: in an experiment file, an option, the store.
public enum SettingValue: Sendable, Hashable {
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case word(String)
    case numbers([Double])
    case names([String])

    /// The value as canonical JSON: `1`, `1.0` and `1e0` are one configuration.
    public var json: String { JSONValue(self).canonicalJSON }

    /// The value as a user writes it in an experiment file or an option.
    public var text: String {
        switch self {
        case .word(let word): word
        case .names(let names): "[\(names.joined(separator: ", "))]"
        default: json
        }
    }
}

extension JSONValue {
    /// A training setting as identities and stores keep it.
    public init(_ value: SettingValue) {
        switch value {
        case .integer(let value): self = .integer(Int64(value))
        case .number(let value): self = .number(value)
        case .flag(let value): self = .flag(value)
        case .word(let value): self = .text(value)
        case .numbers(let values): self = .list(values.map { .number($0) })
        case .names(let names): self = .list(names.map { .text($0) })
        }
    }
}

extension SettingValue {
    /// A size as identities and files have it: a square as its side, another as `[height, width]`.
    public init(_ size: ImageSize) {
        self =
            size.isSquare
            ? .integer(size.height) : .numbers([Double(size.height), Double(size.width)])
    }
}

extension ImageSize {
    /// The size that a setting's value stands for; nil where it is none.
    init?(_ value: SettingValue) {
        switch value {
        case .integer(let side): self = .square(side)
        case .numbers(let sides) where sides.count == 2:
            self.init(height: Int(sides[0]), width: Int(sides[1]))
        default: return nil
        }
    }
}

/// A whole number, or a word for what it is otherwise.
public enum NumberOrWord: Sendable, Hashable {
    case number(Int)
    case word(String)
}

/// What a setting may hold.
public enum SettingKind: Sendable, Hashable {
    case integer(ClosedRange<Int>)
    /// A whole number of the range, or one of the words for what it is otherwise.
    case integerOrWord(ClosedRange<Int>, [String])
    /// Rows and columns, `[height, width]`, each of the range; one number is a square's.
    case size(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case flag
    case choice([String])
    case numbers(count: Int, ClosedRange<Double>)
    /// Some names, each once, or the word for what it is without any.
    case names(otherwise: String, NameRule)

    /// Whether a list of `count` texts is one value, rather than so many.
    public func isOneValue(listOf count: Int) -> Bool {
        switch self {
        case .numbers, .names: true
        case .size: count == 2
        default: false
        }
    }

    /// The allowed values in words, for help and errors: "a whole number from 1 to 1024".
    public var expectation: String { expectation(namesEveryEnd: false) }

    /// The same, with the largest whole number where what was found is beyond all.
    public func expectation(insteadOf text: String) -> String {
        expectation(namesEveryEnd: NumberText.isBeyondWholeNumbers(text))
    }

    /// - Parameter namesEveryEnd: whether the largest whole number is named too.
    private func expectation(namesEveryEnd: Bool) -> String {
        switch self {
        case .integer(let range) where range.upperBound == .max && !namesEveryEnd:
            "a whole number from \(range.lowerBound)"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .integerOrWord(let range, let words):
            ([SettingKind.integer(range).expectation(namesEveryEnd: namesEveryEnd)]
                + words.dropLast()).joined(separator: ", ")
                + (words.last.map { ", or \($0)" } ?? "")
        case .size(let range):
            "a whole number from \(range.lowerBound) to \(range.upperBound), or two as "
                + "[height, width]"
        case .number(let range): "a number \(Self.words(range))"
        case .flag: "true or false"
        case .choice(let names):
            names.count == 1 ? names[0] : "one of \(names.joined(separator: ", "))"
        case .numbers(let count, let range): "\(count) numbers \(Self.words(range))"
        case .names(let word, _): "a list of names, each once, or \(word)"
        }
    }

    private static func words(_ range: ClosedRange<Double>) -> String {
        let lower = SettingValue.number(range.lowerBound).json
        if range.upperBound == .infinity { return "from \(lower)" }
        return "from \(lower) to \(SettingValue.number(range.upperBound).json)"
    }

    /// The value that `text` writes, or nil where it writes none of this kind.
    public func value(of text: String) -> SettingValue? {
        switch self {
        case .integer(let range):
            guard let value = NumberText.wholeNumber(text), range.contains(value) else {
                return nil
            }
            return .integer(value)
        case .integerOrWord(let range, let words):
            return words.contains(text) ? .word(text) : SettingKind.integer(range).value(of: text)
        case .size(let range):
            let texts = Self.items(text)
            let sides = texts.compactMap(NumberText.wholeNumber)
            guard sides.count == texts.count, (1...2).contains(sides.count),
                sides.allSatisfy(range.contains)
            else { return nil }
            return SettingValue(ImageSize(height: sides[0], width: sides[sides.count - 1]))
        case .number(let range):
            guard let value = NumberText.number(text), range.contains(value) else { return nil }
            return .number(value)
        case .flag:
            switch text.lowercased() {
            case "true", "yes", "on": return .flag(true)
            case "false", "no", "off": return .flag(false)
            default: return nil
            }
        case .choice(let names): return names.contains(text) ? .word(text) : nil
        case .numbers(let count, let range):
            let values = Self.items(text).map(NumberText.number)
            let known = values.compactMap(\.self)
            guard known.count == values.count, known.count == count,
                known.allSatisfy(range.contains)
            else { return nil }
            return .numbers(known)
        case .names(let word, let rule):
            if text == word { return .word(word) }
            let names = Self.items(text)
            guard Set(names).count == names.count, names.allSatisfy(rule.holds) else { return nil }
            return .names(names)
        }
    }

    /// What stands between the commas of `[a, b]`, without quotation marks.
    private static func items(_ text: String) -> [String] {
        text.trimming { $0 == "[" || $0 == "]" || $0 == " " }
            .split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.trimming { $0 == " " || $0 == "\"" } }
    }
}

/// Which texts are names of a kind; none of them holds a comma, a bracket or a quotation mark.
public struct NameRule: Sendable, Hashable {
    /// Whether a text is one.
    public let holds: @Sendable (String) -> Bool

    /// A rule.
    public init(_ holds: @escaping @Sendable (String) -> Bool) { self.holds = holds }

    /// All rules of one setting are the same.
    public static func == (a: NameRule, b: NameRule) -> Bool { true }
    /// See `==`.
    public func hash(into hasher: inout Hasher) {}
}

extension StringProtocol {
    /// The text without the leading and trailing characters that `isTrimmed` names.
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isTrimmed($0) }),
            let last = lastIndex(where: { !isTrimmed($0) })
        else { return "" }
        return String(self[first...last])
    }
}
