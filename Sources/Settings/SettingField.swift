public import Domain

/// One row of a group of settings: a name, what it may hold, and the property in which it lives.
public struct SettingField<Group>: Sendable {
    let name: String
    let kind: SettingKind
    let help: String
    let isPartOfIdentity: Bool
    let read: @Sendable (Group) -> SettingValue
    let write: @Sendable (inout Group, SettingValue) -> Bool
}

// MARK: Rows

extension SettingField {
    /// A property of a group.
    public typealias Path<Value> = any WritableKeyPath<Group, Value> & Sendable

    /// A whole number of the range; `identity` is whether it can change results.
    public static func integer(
        _ name: String, _ path: Path<Int>,
        _ range: ClosedRange<Int>, identity: Bool = true, _ help: String
    ) -> SettingField {
        SettingField(name, .integer(range), help, identity, path) {
            .integer($0)
        } value: {
            if case .integer(let value) = $0 { value } else { nil }
        }
    }

    /// Rows and columns of images, each of the range: one number is a square's.
    public static func size(
        _ name: String, _ path: Path<ImageSize>, _ range: ClosedRange<Int>,
        _ help: String
    ) -> SettingField {
        SettingField(name, .size(range), help, true, path) {
            SettingValue($0)
        } value: {
            ImageSize($0)
        }
    }

    /// A number of the range; `identity` is whether it can change results.
    public static func number(
        _ name: String, _ path: Path<Double>,
        _ range: ClosedRange<Double>, identity: Bool = true, _ help: String
    ) -> SettingField {
        SettingField(name, .number(range), help, identity, path) {
            .number($0)
        } value: {
            if case .number(let value) = $0 { value } else { nil }
        }
    }

    /// A whole number of the range, or the word of what it is otherwise, where the property is nil.
    public static func integer(
        _ name: String, _ path: Path<Int?>, _ range: ClosedRange<Int>, otherwise word: String,
        _ help: String
    ) -> SettingField {
        SettingField(name, .integerOrWord(range, [word]), help, true, path) {
            $0.map(SettingValue.integer) ?? .word(word)
        } value: {
            switch $0 {
            case .integer(let value): .some(.some(value))
            case .word(word): .some(nil)
            default: nil
            }
        }
    }

    /// A whole number of the range, or one of the words.
    public static func integer(
        _ name: String, _ path: Path<NumberOrWord>, _ range: ClosedRange<Int>, words: [String],
        _ help: String
    ) -> SettingField {
        SettingField(name, .integerOrWord(range, words), help, true, path) {
            switch $0 {
            case .number(let value): .integer(value)
            case .word(let word): .word(word)
            }
        } value: {
            switch $0 {
            case .integer(let value): .number(value)
            case .word(let word): .word(word)
            default: nil
            }
        }
    }

    /// Yes or no; `identity` is whether it can change results.
    public static func flag(
        _ name: String, _ path: Path<Bool>, identity: Bool = true, _ help: String
    ) -> SettingField {
        SettingField(name, .flag, help, identity, path) {
            .flag($0)
        } value: {
            if case .flag(let value) = $0 { value } else { nil }
        }
    }

    /// One of the names of an enumeration; `identity` is whether it can change results.
    public static func choice<Choice>(
        _ name: String, _ path: Path<Choice>, identity: Bool = true, _ help: String
    ) -> SettingField
    where Choice: CaseIterable & RawRepresentable & Sendable, Choice.RawValue == String {
        SettingField(name, .choice(Choice.allCases.map(\.rawValue)), help, identity, path) {
            .word($0.rawValue)
        } value: {
            if case .word(let word) = $0 { Choice(rawValue: word) } else { nil }
        }
    }

    /// One of the names of a registry.
    public static func name(
        _ name: String, _ path: Path<String>, of registry: [String], _ help: String
    ) -> SettingField {
        SettingField(name, .choice(registry), help, true, path) {
            .word($0)
        } value: {
            if case .word(let word) = $0 { word } else { nil }
        }
    }

    /// So many numbers of the range.
    public static func numbers(
        _ name: String, _ path: Path<[Double]>,
        count: Int, _ range: ClosedRange<Double>, _ help: String
    ) -> SettingField {
        SettingField(name, .numbers(count: count, range), help, true, path) {
            .numbers($0)
        } value: {
            if case .numbers(let values) = $0 { values } else { nil }
        }
    }

    /// A list of names, or the word of what it is otherwise, where the property is empty.
    public static func names(
        _ name: String, _ path: Path<[String]>, otherwise word: String,
        where isName: @escaping @Sendable (String) -> Bool, _ help: String
    ) -> SettingField {
        SettingField(name, .names(otherwise: word, NameRule(isName)), help, true, path) {
            $0.isEmpty ? .word(word) : .names($0)
        } value: {
            switch $0 {
            case .word(word): []
            case .names(let names): names
            default: nil
            }
        }
    }

    private init<Value>(
        _ name: String, _ kind: SettingKind, _ help: String, _ isPartOfIdentity: Bool,
        _ path: Path<Value>, setting: @escaping @Sendable (Value) -> SettingValue,
        value: @escaping @Sendable (SettingValue) -> Value?
    ) {
        self.init(
            name: name, kind: kind, help: help, isPartOfIdentity: isPartOfIdentity,
            read: { setting($0[keyPath: path]) },
            write: { group, found in
                guard let value = value(found) else { return false }
                group[keyPath: path] = value
                return true
            })
    }
}
