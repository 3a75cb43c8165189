/// A setting as the table of all settings has it: a name, what it may hold, its default.
public struct SettingEntry: Sendable {
    /// Name in kebab case, as in experiment files, options and SQL.
    public let name: String
    /// What the setting may hold.
    public let kind: SettingKind
    /// One line for help, without the default.
    public let help: String
    /// Whether the value can change the trained weights or the metrics, and so belongs to a run's
    /// identity.
    public let isPartOfIdentity: Bool
    /// The value where nothing is said.
    public let defaultValue: SettingValue

    private let accepts: @Sendable (SettingValue) -> Bool

    /// The row of a group.
    init<Group: SettingGroup>(_ field: SettingField<Group>) {
        name = field.name
        kind = field.kind
        help = field.help
        isPartOfIdentity = field.isPartOfIdentity
        defaultValue = field.read(Group())
        accepts = { value in
            var group = Group()
            return field.write(&group, value)
        }
    }

    /// The value that `values` hold.
    public func value(in values: SettingValues) -> SettingValue { values[name] ?? defaultValue }

    /// Sets it from text, as an experiment file or an option writes it.
    ///
    /// - Throws: `SettingError.badValue`, which names the setting and what it may hold.
    public func set(_ text: String, in values: inout SettingValues) throws {
        guard let value = kind.value(of: text), accepts(value) else {
            throw SettingError.badValue(
                field: name, found: text, expected: kind.expectation(insteadOf: text))
        }
        values[name] = value == defaultValue ? nil : value
    }
}
