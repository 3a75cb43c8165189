import CodeStamp
import RunStore

/// The program's version, and the code that it was built from.
enum Version {
    static let text = "0.1.0"

    /// The code; nil where the build could not tell.
    static var code: CodeIdentity? {
        CodeStamp.digest.map {
            CodeIdentity(digest: $0, commit: CodeStamp.commit, isDirty: CodeStamp.isDirty)
        }
    }
}
