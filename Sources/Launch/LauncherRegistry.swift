/// Every launcher that `--launcher` knows; a new one is one file and one line here.
public enum LauncherRegistry {
    /// All launchers, the default first.
    public static let all: [any Launcher] = [LocalLauncher(), SlurmLauncher(), ParallelLauncher()]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The launcher of that name.
    public static func find(_ name: String) -> (any Launcher)? { all.first { $0.name == name } }

    /// The launcher of that name.
    ///
    /// - Throws: `LaunchError.unknown`.
    public static func require(_ name: String) throws -> any Launcher {
        if let launcher = find(name) { return launcher }
        throw LaunchError.unknown(name: name, known: names)
    }
}
