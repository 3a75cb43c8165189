import Foundation

/// The files of one folder by stem, without its subfolders and hidden files.
struct FolderContents {
    let folder: URL
    let files: [URL]

    /// Lists files with one of `extensions` (lower case), sorted by name. A missing folder is
    /// empty when `optional`.
    init(_ folder: URL, extensions: [String], optional: Bool = false) throws(DatasetError) {
        self.folder = folder
        if optional && !FileManager.default.fileExists(atPath: folder.path) {
            files = []
            return
        }
        do {
            files = try FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil
            )
            .filter { file in
                !file.lastPathComponent.hasPrefix(".")
                    && extensions.contains(file.pathExtension.lowercased())
            }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        } catch {
            throw .unreadableFolder(path: folder.path, reason: error.localizedDescription)
        }
    }

    /// File by stem; `suffix` is cut off the stem where it is there.
    func byStem(without suffix: String = "") -> [String: URL] {
        var table: [String: URL] = [:]
        for file in files {
            var stem = file.stem
            if !suffix.isEmpty && stem.hasSuffix(suffix) { stem.removeLast(suffix.count) }
            table[stem] = table[stem] ?? file
        }
        return table
    }
}

extension URL {
    /// The file name without its extension.
    var stem: String { deletingPathExtension().lastPathComponent }

    /// True when a file or folder is there.
    var exists: Bool { FileManager.default.fileExists(atPath: path) }
}
