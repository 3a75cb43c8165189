import CodeStamp
import RunStore

/// The program's version, and the code that it was built from.
enum Version {
    static let text = "0.2.0"

    /// The code; nil where the build could not tell.
    static var code: CodeIdentity? {
        CodeStamp.digest.map {
            CodeIdentity(digest: $0, commit: CodeStamp.commit, isDirty: CodeStamp.isDirty)
        }
    }

    /// What `--version` prints: version, commit, whether sources were changed after it, how and for
    /// what it was built: `0.2.0 (commit 5d05b7ac3f, changed since; release build; Linux x86_64)`.
    static var line: String {
        let commit = CodeStamp.commit.map { "commit \($0.prefix(10))" } ?? "commit unknown"
        let changed = CodeStamp.isDirty == true ? ", changed since" : ""
        return "\(text) (\(commit)\(changed); \(build) build; \(system) \(processor))"
    }

    /// `distribution` has the Swift runtime linked in and is made by `make dist`.
    private static var build: String {
        #if DISTRIBUTION
            "distribution"
        #elseif DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    private static var system: String {
        #if os(Linux)
            "Linux"
        #elseif os(macOS)
            "macOS"
        #else
            "other system"
        #endif
    }

    private static var processor: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other processor"
        #endif
    }
}
