/// Every dataset that can be named in an experiment.
public enum DatasetRegistry {
    /// One line a dataset.
    public static let all: [DatasetEntry] = [
        .montgomery,
        .shenzhen,
        .jsrt,
        .combined,
        .spine,
        .ownFolder,
        .phantom,
    ]

    /// The entry of that name, nil when there is none; `folder:NAME` is the user's folder NAME.
    public static func find(_ name: String) -> DatasetEntry? {
        if let path = name.split(separator: ":", maxSplits: 1).last, name.hasPrefix("folder:") {
            return path == "folder" ? nil : .ownFolder(String(path))
        }
        return all.first { $0.name == name }
    }

    /// The entry of that name, or an error that names the nearest one.
    public static func require(_ name: String) throws(DatasetError) -> DatasetEntry {
        if let entry = find(name) { return entry }
        let known = all.map(\.name)
        let nearest = known.min { distance($0, name) < distance($1, name) }
        throw .unknown(
            name: name, nearest: nearest.flatMap { distance($0, name) <= 2 ? $0 : nil },
            known: known)
    }

    /// Levenshtein's edit distance.
    static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b)
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let substituted = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
