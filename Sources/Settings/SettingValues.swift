/// Values of settings by name, whoever has declared them.
///
/// What is not there has its default, so that values are equal where they say the same.
public struct SettingValues: Sendable, Hashable {
    private var values: [String: SettingValue] = [:]

    /// Everything at its default.
    public init() {}

    /// The names of the settings that are not at their default.
    public var names: some Collection<String> { values.keys }

    /// Whether the setting of that name has its default.
    public func isDefault(_ name: String) -> Bool { values[name] == nil }

    /// The settings of one part.
    public subscript<Group: SettingGroup>(_ group: Group.Type) -> Group {
        get {
            var result = Group()
            for (name, value) in values {
                guard let field = Group.fields[name] else { continue }
                let isTaken = field.write(&result, value)
                precondition(isTaken, "'\(name)' is declared twice, with unlike kinds")
            }
            return result
        }
        set {
            let standard = Group()
            for field in Group.fields.rows {
                let value = field.read(newValue)
                values[field.name] = value == field.read(standard) ? nil : value
            }
        }
    }

    /// The value of that name; nil where it is the default.
    subscript(name: String) -> SettingValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The same with the default for every name that `isKept` refuses.
    public func filter(_ isKept: (String) -> Bool) -> SettingValues {
        var result = self
        result.values = values.filter { isKept($0.key) }
        return result
    }
}
