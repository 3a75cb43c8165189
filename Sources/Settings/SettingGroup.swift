/// The settings of one part of training (a loss, a network, a procedure), declared next to its code: a
/// struct with its defaults, and a row for each property.
///
/// ```swift
/// struct FocalSettings: SettingGroup {
///     var gamma = 0.75
///     static let fields: SettingFields<FocalSettings> = [
///         .number("focal-gamma", \.gamma, 0...10, "exponent of the focal Tversky loss")
///     ]
/// }
/// ```
///
/// The part's registry entry lists the group. From there the settings come into experiment files,
/// options, help, the store and identities.
public protocol SettingGroup: Sendable, Hashable {
    /// The defaults. They never change: identities of stored runs rest on them.
    init()
    /// A row a setting.
    static var fields: SettingFields<Self> { get }
}

extension SettingGroup {
    /// The rows as tables of all settings have them.
    public static var entries: [SettingEntry] { fields.rows.map { SettingEntry($0) } }
}
