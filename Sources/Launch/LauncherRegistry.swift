/// The launchers that `--launcher` knows.
public enum LauncherRegistry {
    /// All, the default first.
    public static let all: [any Launcher] = [LocalLauncher(), SlurmLauncher(), ParallelLauncher()]

    /// The launcher of that name.
    ///
    /// - Throws: `LaunchError.unknown`.
    public static func find(_ name: String) throws -> any Launcher {
        guard let launcher = all.first(where: { $0.name == name }) else {
            throw LaunchError.unknown(name: name, known: all.map(\.name))
        }
        return launcher
    }
}
