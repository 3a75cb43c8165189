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
    /// Those that are no image's own, by what they are in small letters, with and without what may
    /// stand behind a name.
    private let near: [String: [String]]

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
        var near: [String: [String]] = [:]
        for id in files.keys where !images.contains(id) {
            let small = id.lowercased()
            near[small, default: []].append(id)
            for suffix in Self.suffixes where small.hasSuffix(suffix) {
                near[String(small.dropLast(suffix.count)), default: []].append(id)
            }
        }
        self.near = near
    }

    /// Masks whose images are known.
    init(_ folder: URL, files: [String: URL]) {
        self.folder = folder
        self.files = files
        near = [:]
    }

    /// The mask of the image of that stem, else of that stem in other capitals; nil where there is
    /// none.
    public func mask(of stem: String) -> URL? { key(of: stem).flatMap { files[$0] } }

    /// The key in `files` of the mask of the image of that stem.
    func key(of stem: String) -> String? {
        if files[stem] != nil { return stem }
        let ids = near[stem.lowercased()] ?? []
        return ids.count == 1 ? ids[0] : nil
    }
}
