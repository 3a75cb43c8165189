package import Foundation

/// The files of one folder by stem, without its subfolders and hidden files.
struct FolderContents {
    let folder: URL
    private(set) var files: [URL]

    /// Lists files with one of `extensions` (lower case), sorted by name. A missing folder is
    /// empty when `optional`; one that is there and cannot be listed is an error all the same.
    init(_ folder: URL, extensions: [String], optional: Bool = false) throws(DatasetError) {
        try self.init(folder, optional: optional) {
            extensions.contains($0.pathExtension.lowercased())
        }
    }

    /// Lists the files that `belongs` takes, sorted by name.
    init(
        _ folder: URL, optional: Bool = false, belongs: (URL) -> Bool
    ) throws(DatasetError) {
        self.folder = folder
        if optional && !folder.isThere && folder.obstacle == nil {
            files = []
            return
        }
        do {
            // By path: by URL a link to a folder is an empty one.
            files = try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
                folder.appendingPathComponent($0)
            }
            .filter { file in
                !file.lastPathComponent.hasPrefix(".") && belongs(file)
            }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        } catch {
            throw .unreadableFolder(
                path: folder.path, reason: folder.lock ?? error.localizedDescription)
        }
    }

    /// The same folder with only the files whose release id starts with `prefix`.
    func starting(with prefix: String) -> FolderContents {
        var part = self
        part.files = files.filter { $0.releaseID.hasPrefix(prefix) }
        return part
    }

    /// File by release id; `suffix` (upper case) is cut off the id where it is there.
    /// - Throws: `DatasetError.duplicate` when two files have the same id.
    func byID(
        for dataset: String, without suffix: String = ""
    ) throws(DatasetError) -> [String: URL] {
        var table: [String: URL] = [:]
        for file in files {
            var id = file.releaseID
            if !suffix.isEmpty && id.hasSuffix(suffix) { id.removeLast(suffix.count) }
            if let other = table[id] {
                throw .duplicate(dataset: dataset, id: id, paths: [other.path, file.path])
            }
            table[id] = file
        }
        return table
    }
}

extension URL {
    /// The path of the folder that this lies in.
    var folderPath: String {
        let path = path
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return String(path[..<slash])
    }

    /// The file name without its extension; digits alone are none, but the end of a unique
    /// identifier.
    package var stem: String {
        let ending = pathExtension
        if !ending.isEmpty, ending.allSatisfy(\.isNumber) { return lastPathComponent }
        return deletingPathExtension().lastPathComponent
    }

    /// The stem in the capitals of the official releases: copies of them come in lower case too.
    var releaseID: String { stem.uppercased() }
}
