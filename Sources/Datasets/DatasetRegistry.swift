internal import Domain

/// Every data set that can be named in an experiment; a new one is one file and one line here.
///
/// ```swift
/// let entry = try DatasetRegistry.require("mcx")
/// let dataset = try entry.load(DataRoot(folder), LoadOptions(side: 32))
/// let split = try DataSplit.make(
///     for: dataset, seed: 1, labelledPercent: 50, stratified: true)
/// let sizes = [split.train.count, split.labelled.count, split.test.count]
/// ```
public enum DatasetRegistry {
    /// All data sets, those of the papers first.
    public static let all: [DatasetEntry] = [
        .montgomery,
        .shenzhen,
        .jsrt,
        .combined,
        .spine,
        .ownFolder,
        .phantom,
    ]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The sites that data sets tell apart, each once.
    public static var sites: [String] {
        all.flatMap(\.sites).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The entry of that name, nil when there is none; `folder:NAME` is the user's folder NAME, which
    /// lies below the data folder and nowhere else, and whose signs can all be seen: the name may
    /// come from a store.
    public static func find(_ name: String) -> DatasetEntry? {
        if let path = name.split(separator: ":", maxSplits: 1).last, name.hasPrefix("folder:") {
            let leadsOut = path.hasPrefix("/") || path.split(separator: "/").contains("..")
            let isShown = path.unicodeScalars.allSatisfy {
                ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
                    $0.properties.generalCategory)
            }
            return path == "folder" || leadsOut || !isShown ? nil : .ownFolder(String(path))
        }
        return all.first { $0.name == name }
    }

    /// The entry of that name, or an error that names the nearest one: of these, and of the folders of
    /// one's own below `root`, which people forget to write `folder:` before.
    public static func require(
        _ name: String, below root: DataRoot? = nil
    ) throws(DatasetError) -> DatasetEntry {
        if let entry = find(name) { return entry }
        let nearest =
            root?.ownSet(called: name) ?? NearestName.of(name, in: names)
            ?? root?.ownSet(near: name)
        throw .unknown(name: name, nearest: nearest, known: names)
    }
}
