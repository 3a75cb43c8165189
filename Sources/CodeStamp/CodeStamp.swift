/// What this program was built from.
///
/// The build writes the values (Plugins/CodeStampPlugin, scripts/code-stamp.sh): with `swift build`
/// and `make build` alike, and anew whenever a source or the commit changes.
public enum CodeStamp {
    /// SHA-256 over the sources that decide what runs measure, 64 hexadecimal digits; nil where the
    /// build could not work it out.
    public static var digest: String? { known(values.digest) }

    /// The commit that was checked out; nil outside a repository.
    public static var commit: String? { known(values.commit) }

    /// Whether sources differed from that commit; nil outside a repository.
    public static var isDirty: Bool? { commit.map { _ in values.isDirty } }

    private static func known(_ text: String) -> String? { text == "unknown" ? nil : text }
}
