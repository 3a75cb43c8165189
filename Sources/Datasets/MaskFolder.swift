public import Foundation

/// A folder of masks by the images they belong to.
///
/// A mask belongs to the image of its stem, with or without `_mask`, `-mask` or `_seg` behind it,
/// in any capitals. Endings count in any capitals too.
public struct MaskFolder: Sendable {
    private static let suffixes = ["_mask", "-mask", "_seg"]

    /// The folder.
    let folder: URL
    /// Mask by the stem of its image; of masks without an image, by their own.
    let files: [String: URL]

    /// Lists `folder`, empty where it is not there.
    /// - Parameter images: the stems of the images.
    /// - Throws: `DatasetError.duplicate` when two masks claim one image.
    public init(_ folder: URL, images: Set<String>, dataset: String) throws(DatasetError) {
        let found = try FolderContents(folder, optional: true, belongs: ImageFiles.isOne)
        try self.init(found, images: images, dataset: dataset)
    }

    init(
        _ found: FolderContents, images: Set<String>, dataset: String
    ) throws(DatasetError) {
        folder = found.folder
        var files: [String: URL] = [:]
        for file in ImageFiles.withoutCopies(found.files) {
            var id = file.stem
            for suffix in Self.suffixes where !images.contains(id) {
                if id.lowercased().hasSuffix(suffix) { id.removeLast(suffix.count) }
            }
            if let other = files[id] {
                throw .duplicate(dataset: dataset, id: id, paths: [other.path, file.path])
            }
            files[id] = file
        }
        self.files = files
    }

    /// The mask of the image of that stem, else of that stem in other capitals; nil where there is
    /// none.
    public func mask(of stem: String) -> URL? {
        if let file = files[stem] { return file }
        let wanted = stem.lowercased()
        let near = files.filter {
            let id = $0.key.lowercased()
            return id == wanted || Self.suffixes.contains { id == wanted + $0 }
        }
        return near.count == 1 ? near.first?.value : nil
    }
}
