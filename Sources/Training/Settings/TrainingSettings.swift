public import Datasets
internal import NN
public import Settings

/// Everything that says how a cell is trained, besides its data set, model, loss, procedure,
/// labels and seed: what all runs have, and what losses, networks and procedures have declared.
///
/// ```swift
/// var settings = TrainingSettings()
/// settings.epochs = 40
/// settings[AdversarialSettings.self].weight = 0.1
/// ```
@dynamicMemberLookup
public struct TrainingSettings: Sendable, Hashable {
    /// The values by name.
    public var values = SettingValues()

    /// The defaults of methods.md.
    public init() {}

    /// What all runs have.
    public subscript<Value>(dynamicMember path: WritableKeyPath<CommonSettings, Value>) -> Value {
        get { values[CommonSettings.self][keyPath: path] }
        set { values[CommonSettings.self][keyPath: path] = newValue }
    }

    /// The settings of one part.
    public subscript<Group: SettingGroup>(_ group: Group.Type) -> Group {
        get { values[group] }
        set { values[group] = newValue }
    }

    /// Base width of the networks, which says most of what they cost.
    public var width: Int {
        get { values[NetworkWidth.self].width }
        set { values[NetworkWidth.self].width = newValue }
    }

    /// How images become what networks see.
    public var preparation: ImagePreparation { values[CommonSettings.self].preparation }
}

extension SettingEntry {
    /// The value that `settings` hold.
    public func value(in settings: TrainingSettings) -> SettingValue { value(in: settings.values) }

    /// Sets it from text, as an experiment file or an option writes it.
    ///
    /// - Throws: `SettingError.badValue`, which names the setting and what it may hold.
    public func set(_ text: String, in settings: inout TrainingSettings) throws {
        try set(text, in: &settings.values)
    }
}
