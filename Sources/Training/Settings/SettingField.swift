/// One row of the table of settings: a name, what it may hold, and where it lives in
/// `TrainingSettings`.
public struct SettingField: Sendable {
    /// Name in kebab case, as in experiment files, options and SQL.
    public let name: String
    /// What the setting may hold.
    public let kind: SettingKind
    /// One line for help, without the default.
    public let help: String
    /// Whether the value can change the trained weights or the metrics, and so belongs to a run's
    /// identity.
    public let isPartOfIdentity: Bool

    private let read: @Sendable (TrainingSettings) -> SettingValue
    private let write: @Sendable (inout TrainingSettings, SettingValue) -> Bool

    /// The value that `TrainingSettings()` holds.
    public var defaultValue: SettingValue { read(TrainingSettings()) }

    /// The value that `settings` hold.
    public func value(in settings: TrainingSettings) -> SettingValue { read(settings) }

    /// Sets the field from text, as an experiment file or an option writes it.
    ///
    /// - Throws: `SettingError.badValue`, which names the field and what it may hold.
    public func set(_ text: String, in settings: inout TrainingSettings) throws {
        guard let value = kind.value(of: text), write(&settings, value) else {
            throw SettingError.badValue(
                field: name, found: text, expected: kind.expectation(insteadOf: text))
        }
    }
}

// MARK: Rows

extension SettingField {
    typealias Path<Value> = any WritableKeyPath<TrainingSettings, Value> & Sendable

    static func integer(
        _ name: String, _ path: Path<Int>,
        _ range: ClosedRange<Int>, identity: Bool = true, _ help: String
    ) -> SettingField {
        SettingField(
            name: name, kind: .integer(range), help: help, isPartOfIdentity: identity,
            read: { .integer($0[keyPath: path]) },
            write: { settings, value in
                guard case .integer(let value) = value else { return false }
                settings[keyPath: path] = value
                return true
            })
    }

    static func multiple(
        _ name: String, _ path: Path<Int>, of step: Int, _ range: ClosedRange<Int>, _ help: String
    ) -> SettingField {
        SettingField(
            name: name, kind: .multiple(of: step, range), help: help, isPartOfIdentity: true,
            read: { .integer($0[keyPath: path]) },
            write: { settings, value in
                guard case .integer(let value) = value else { return false }
                settings[keyPath: path] = value
                return true
            })
    }

    static func number(
        _ name: String, _ path: Path<Double>,
        _ range: ClosedRange<Double>, identity: Bool = true, _ help: String
    ) -> SettingField {
        SettingField(
            name: name, kind: .number(range), help: help, isPartOfIdentity: identity,
            read: { .number($0[keyPath: path]) },
            write: { settings, value in
                guard case .number(let value) = value else { return false }
                settings[keyPath: path] = value
                return true
            })
    }

    static func flag(
        _ name: String, _ path: Path<Bool>, _ help: String
    ) -> SettingField {
        SettingField(
            name: name, kind: .flag, help: help, isPartOfIdentity: true,
            read: { .flag($0[keyPath: path]) },
            write: { settings, value in
                guard case .flag(let value) = value else { return false }
                settings[keyPath: path] = value
                return true
            })
    }

    static func choice<Choice>(
        _ name: String, _ path: Path<Choice>,
        _ help: String
    ) -> SettingField
    where Choice: CaseIterable & RawRepresentable & Sendable, Choice.RawValue == String {
        SettingField(
            name: name, kind: .choice(Choice.allCases.map(\.rawValue)), help: help,
            isPartOfIdentity: true,
            read: { .word($0[keyPath: path].rawValue) },
            write: { settings, value in
                guard case .word(let word) = value, let choice = Choice(rawValue: word) else {
                    return false
                }
                settings[keyPath: path] = choice
                return true
            })
    }

    static func numbers(
        _ name: String, _ path: Path<[Double]>,
        count: Int, _ range: ClosedRange<Double>, _ help: String
    ) -> SettingField {
        SettingField(
            name: name, kind: .numbers(count: count, range), help: help, isPartOfIdentity: true,
            read: { .numbers($0[keyPath: path]) },
            write: { settings, value in
                guard case .numbers(let values) = value else { return false }
                settings[keyPath: path] = values
                return true
            })
    }
}
