package import Foundation
import Imaging
import Wording

/// Files that lie among the images or masks and are of a format that is not read.
package struct LeftOutFiles {
    /// Files of one ending in one folder.
    private struct Group {
        let folder: URL
        let kind: Kind
        /// What is read there, for people.
        let read: String
        let names: [String]

        struct Kind: Hashable {
            let ending: String
            /// The ending of the files that show the same and are taken; nil where there are none.
            let taken: String?
        }

        var text: String {
            let place = folder.lastPathComponent
            let ending = kind.ending.isEmpty ? "without an ending" : ".\(kind.ending)"
            if let taken = kind.taken {
                return
                    "\(ending) in \(place) left out beside .\(taken) of the same name, which is taken"
            }
            let formats = names.prefix(8).compactMap {
                ImageFormat.of(folder.appendingPathComponent($0))
            }
            let isOne = Set(formats.map(\.name)).count == 1
            let advice = (isOne ? formats.first : nil).map {
                $0.isRead ? "; convert \($0.name) to PNG" : "; \($0.name): \($0.advice)"
            }
            return "\(ending) in \(place) left out, where \(read) read" + (advice ?? "")
        }
    }

    private let groups: [Group]
    /// Folders with images in a folder of images, and tables there: neither is looked into.
    private var inside: [DatasetFinding] = []

    /// Endings of what usually lies beside images and is none.
    private static let beside: Set = [
        "txt", "csv", "tsv", "json", "md", "html", "xml", "ini", "db", "log", "yaml", "yml", "pdf",
        "zip", "gz", "py", "sh", "xlsx", "xls", "lock",
    ]

    /// Looks into the folders of the listing's files and into those that were searched.
    init(in listing: DatasetListing) {
        let files = listing.sources.flatMap { [$0.image] + $0.masks } + listing.orphanMasks
        let used = Dictionary(grouping: files, by: \.folderPath)
        let searched = listing.folders.map(\.path).filter { used[$0] == nil }
        groups = (used.keys + searched).sorted().flatMap { path in
            Self.groups(in: path, used: used[path] ?? [], isOwn: listing.isOwn)
        }
        let places = Set(listing.sources.map(\.image.folderPath))
        let known = Set(used.keys).union(listing.folders.map(\.path))
        inside = places.sorted().flatMap { Self.inside($0, known: known) }
    }

    /// What lies among images and is not read: folders that hold images too, and tables.
    private static func inside(_ path: String, known: Set<String>) -> [DatasetFinding] {
        let folder = URL(fileURLWithPath: path)
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
            .filter { !$0.hasPrefix(".") }
        func images(_ name: String) -> Int {
            let place = folder.appendingPathComponent(name)
            guard !known.contains(where: { ($0 + "/").hasPrefix(place.path + "/") }),
                let files = try? FolderContents(place, belongs: ImageFiles.isOne).files
            else { return 0 }
            return files.count
        }
        let folders = names.map { (name: $0, images: images($0)) }.filter { $0.images > 0 }
        let tables = names.filter { name in
            ["labels.csv", "split.csv"].contains(name.lowercased())
        }
        return [
            DatasetFinding(
                .warning, .leftOut, folders.map(\.name), "folder",
                "in \(folder.lastPathComponent) with "
                    + Plural.count(folders.reduce(0) { $0 + $1.images }, "image")
                    + " left out; images lie in \(folder.lastPathComponent) itself"),
            DatasetFinding(
                .warning, .leftOut, tables, "table",
                "in \(folder.lastPathComponent) not read; expected beside that folder"),
        ].compactMap(\.self)
    }

    /// Looks into a folder in which every format is read, and of which some files are used.
    package init(inFolder folder: URL, used: [URL]) {
        groups = Self.groups(in: folder.path, used: used, isOwn: true)
    }

    /// Looks into folders in which nothing was found.
    package init(inFolders folders: [URL]) {
        groups = folders.flatMap { Self.groups(in: $0.path, used: [], isOwn: false) }
    }

    private static func ending(_ file: URL) -> String { file.pathExtension.lowercased() }

    /// - Parameter isOwn: every format is read there, and not only those of a release.
    private static func groups(in path: String, used: [URL], isOwn: Bool) -> [Group] {
        let folder = URL(fileURLWithPath: path)
        let usual = used.filter { ImageFiles.usualEndings.contains(Self.ending($0)) }
        let endings = Set(usual.map(Self.ending))
        let read = isOwn || endings.isEmpty ? Set(ImageFiles.usualEndings) : endings
        let words =
            isOwn
            ? ImageFormatRegistry.list() + " are"
            : read.sorted().map { ".\($0)" }.joined(separator: ", ") + " is"
        let taken = Dictionary(usual.map { ($0.stem, ending($0)) }, uniquingKeysWith: { a, _ in a })
        let files = Set(used.map(\.lastPathComponent))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let others = names.sorted().filter { name in
            let file = folder.appendingPathComponent(name)
            let ending = ending(file)
            guard !name.hasPrefix("."), !read.contains(ending), !beside.contains(ending),
                !files.contains(name)
            else { return false }
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
            return isThere && !isFolder.boolValue
                && !(ending.isEmpty && ["README", "LICENSE", "LICENCE"].contains(name))
        }
        let kinds = Dictionary(grouping: others) { name in
            let file = folder.appendingPathComponent(name)
            return Group.Kind(ending: ending(file), taken: taken[file.stem])
        }
        // What is read and is not used, a pattern has left out.
        return kinds.mapValues { names in
            names.filter { !isOwn || !ImageFiles.isOne(folder.appendingPathComponent($0)) }
        }
        .merging(kinds.filter { $0.key.taken != nil }) { $1 }
        .filter { !$0.value.isEmpty }
        .sorted { ($0.key.ending, $0.key.taken ?? "") < ($1.key.ending, $1.key.taken ?? "") }
        .map { Group(folder: folder, kind: $0.key, read: words, names: $0.value) }
    }

    /// A finding a folder and ending.
    var findings: [DatasetFinding] {
        groups.compactMap {
            DatasetFinding(.warning, .otherFormat, $0.names, "file", $0.text)
        } + inside
    }

    /// The same in one line, empty where there is none.
    package var text: String { findings.map(\.text).joined(separator: "; ") }
}
