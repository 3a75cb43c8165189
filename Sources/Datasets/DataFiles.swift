import Files
import Foundation

/// The files of every data set below a data folder: no verb writes over them or among them.
public struct DataFiles: Sendable {
    /// Images, masks, tables and readings.
    public private(set) var files: [String] = []
    /// The folders of the sets, and those of their images and masks where links lead out of them.
    public private(set) var folders: [String] = []

    /// Looks for the data sets below `root`; one whose files cannot be listed is left out.
    ///
    /// - Parameter names: data sets to look for besides the known ones and the folders in `root`.
    public init(below root: DataRoot, named names: [String] = []) {
        let own = root.folders.map { "folder:" + $0.lastPathComponent }
        let entries = Set(own + names).sorted().compactMap(DatasetRegistry.find)
        for entry in DatasetRegistry.all + entries { add(entry, below: root) { _ in true } }
    }

    /// Looks for the data sets that have files in any of these folders, whatever folder is theirs.
    public init(around folders: Set<String>) {
        for folder in folders.sorted() {
            guard let identity = FileIdentity(folder) else { continue }
            var root = URL(fileURLWithPath: folder)
            // images, masks and lungs lie at most three folders below the data folder.
            for _ in 0..<4 {
                for entry in DatasetRegistry.all {
                    add(entry, below: DataRoot(root)) { FileIdentity($0) == identity }
                }
                root.deleteLastPathComponent()
            }
        }
    }

    private mutating func add(
        _ entry: DatasetEntry, below root: DataRoot, where isWanted: (String) -> Bool
    ) {
        guard let listing = try? entry.list?(root) else { return }
        let sources = listing.sources.flatMap { source in
            [source.image] + source.drawn.map(\.url) + [source.readingFile].compactMap { $0 }
        }
        let above = Self.above(root.url.path)
        let places = Set(sources.map { $0.deletingLastPathComponent().path })
            .union((listing.folders + [listing.folder]).map(\.path)).sorted().filter {
                FileIdentity($0).map { !above.contains($0) } ?? false
            }
        guard places.contains(where: isWanted) else { return }
        files += (sources + listing.tables + listing.explanations + listing.orphanMasks)
            .map(\.path)
        folders += places
    }

    /// These and those of others.
    public func with(_ others: DataFiles) -> DataFiles {
        var all = self
        all.files += others.files
        all.folders += others.folders
        return all
    }

    /// The data folder itself and all folders that it lies in: they hold more than data.
    private static func above(_ path: String) -> Set<FileIdentity> {
        var path =
            realpath(path, nil).map { real in
                defer { free(real) }
                return String(cString: real)
            } ?? path
        var found: Set<FileIdentity> = []
        while true {
            if let identity = FileIdentity(path) { found.insert(identity) }
            if path.count <= 1 { return found }
            path = (path as NSString).deletingLastPathComponent
        }
    }
}
