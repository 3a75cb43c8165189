public import Settings

/// Whose images train without labels.
public struct UnlabelledSources: SettingGroup {
    /// Names of data sets, and `own` for the run's own unlabelled images; empty for these alone.
    public var names: [String] = []

    /// The run's own.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<UnlabelledSources> = [
        .names(
            Self.setting, \.names, otherwise: Self.none, where: isName,
            "other data sets whose images train without labels; own: the run's beside them")
    ]

    /// The setting's name.
    public static let setting = "unlabelled"
    /// The run's own unlabelled images, beside names of data sets.
    public static let own = "own"
    /// No other data set.
    public static let none = "none"

    /// The other data sets, by name, each once.
    public var others: [String] { Set(names).subtracting([Self.own]).sorted() }

    /// Whether the run's own unlabelled images train too.
    public var keepsOwn: Bool { others.isEmpty || names.contains(Self.own) }

    /// The same in the one way in which all that say it can be written: it is one run.
    public var plain: UnlabelledSources {
        var result = self
        result.names = others.isEmpty ? [] : (keepsOwn ? [Self.own] : []) + others
        return result
    }

    /// Whether a text may name a data set; whether there is one of that name, whoever reads it knows.
    @Sendable private static func isName(_ text: String) -> Bool {
        if text.hasPrefix("folder:") {
            return text.unicodeScalars.allSatisfy { $0.value >= 32 }
        }
        return text != none && text.wholeMatch(of: /[A-Za-z][A-Za-z0-9._-]*/) != nil
    }
}
