import Files
import Foundation
import Imaging

/// Looks for images that Lightbox did not draw. Among drawn ones they would count as phantoms, and the
/// drawing's tables would say what their masks and classes are.
struct ForeignImages {
    /// Files that are known already, by path.
    let besides: Set<String>

    /// Folders that lie within one another at most.
    private static let deepest = 6

    /// The first such image in or below these folders; nil where there is none. What a `phantom.json`
    /// there lists is drawn, and so is a PNG that says so.
    func first(below folders: [URL]) -> URL? {
        var visit = Visit()
        for folder in folders { visit.enter(folder) }
        return visit.files.first { file in
            !besides.contains(file.path) && ImageFiles.isOne(file) && !PhantomMark.isIn(file)
                && !visit.isDrawn(file)
        }
    }

    /// What lies below some folders.
    private struct Visit {
        private(set) var files: [URL] = []
        private var digests: Set<String> = []
        private var folders: Set<FileIdentity> = []

        mutating func enter(_ folder: URL, depth: Int = 0) {
            guard depth <= ForeignImages.deepest, let identity = FileIdentity(folder.path),
                folders.insert(identity).inserted
            else { return }
            let list = PhantomManifest(folder.appendingPathComponent(PhantomManifest.fileName))
            digests.formUnion(list?.files.values ?? [:].values)
            digests.formUnion(PhantomJournal(in: folder).files.values)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            for name in names.sorted() where !name.hasPrefix(".") {
                let place = folder.appendingPathComponent(name)
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
                else { continue }
                if isFolder.boolValue {
                    enter(place, depth: depth + 1)
                } else {
                    files.append(place)
                }
            }
        }

        func isDrawn(_ file: URL) -> Bool {
            guard let bytes = try? ImageFile.bytes(of: file) else { return false }
            return digests.contains(PhantomMark.digest(of: bytes))
        }
    }
}
