internal import Foundation

/// Paths as users write them: `~` is the home folder wherever a path may stand, in options,
/// variables of the environment and experiment files, whether a shell has seen it or not.
public enum UserPath {
    /// `path` with a leading `~` or `~user` replaced by that home folder. A user that there is not
    /// leaves it as it is.
    public static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~") else { return path }
        let end = path.firstIndex(of: "/") ?? path.endIndex
        let user = String(path[path.index(after: path.startIndex)..<end])
        guard let home = home(of: user) else { return path }
        return home + path[end...]
    }

    /// An argument of the command line: a path, or an option with a path behind its `=`.
    public static func argument(_ text: String) -> String {
        if text.hasPrefix("--"), let sign = text.firstIndex(of: "=") {
            let value = text.index(after: sign)
            return text[..<value] + expanded(String(text[value...]))
        }
        return expanded(text)
    }

    private static func home(of user: String) -> String? {
        if user.isEmpty, let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty {
            return home == "/" ? "" : home
        }
        let entry = user.isEmpty ? getpwuid(getuid()) : getpwnam(user)
        return entry.map { String(cString: $0.pointee.pw_dir) }
    }
}
