/// Names in lists that have something behind each name: `normal: 8, "tumor, benign": 8`.
public enum ListedName {
    /// The name; in quotes where it holds what such a list is made of.
    public static func of(_ name: String) -> String {
        let isPlain = !name.isEmpty && !name.contains { ",;:\"".contains($0) }
        return isPlain ? name : "\"\(name)\""
    }
}
