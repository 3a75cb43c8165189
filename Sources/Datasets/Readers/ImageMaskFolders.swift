import Foundation

/// A folder with `images`, `masks` and perhaps `labels.csv`.
struct ImageMaskFolders {
    /// What names and tables say about an image.
    typealias Facts = (classIndex: Int?, patient: String?, split: DataSplit.Part?)

    let folder: URL
    /// The table, nil when there is none.
    let labels: LabelTable?

    private let images: FolderContents
    private let masks: [String: URL]

    /// Reads the two folders. A mask belongs to the image of its stem, with or without `_mask`,
    /// `-mask` or `_seg` behind it.
    init(_ folder: URL) throws(DatasetError) {
        self.folder = folder
        let extensions = ["png", "gif", "img"]
        images = try FolderContents(
            folder.expected("images"), extensions: extensions)
        let found = try FolderContents(
            folder.expected("masks"), extensions: extensions, optional: true)
        let stems = Set(images.files.map(\.stem))
        var masks: [String: URL] = [:]
        for file in found.files {
            var id = file.stem
            for suffix in ["_mask", "-mask", "_seg"] where !stems.contains(id) {
                if id.hasSuffix(suffix) { id.removeLast(suffix.count) }
            }
            if let other = masks[id] {
                throw .duplicate(
                    dataset: folder.lastPathComponent, id: id, paths: [other.path, file.path])
            }
            masks[id] = file
        }
        self.masks = masks
        labels = try folder.item("labels.csv").map(LabelTable.init)
        try labels?.requireImages(stems)
    }

    /// The table's file.
    var labelFile: URL { folder.expected("labels.csv") }

    /// The listing, `facts` giving each image's class, patient and split.
    func listing(
        dataset: String, classNames: [String], requiresMasks: Bool,
        facts: (URL) throws(DatasetError) -> Facts
    ) throws(DatasetError) -> DatasetListing {
        var rest = masks
        var sources: [ExampleSource] = []
        for image in images.files {
            let mask = rest.removeValue(forKey: image.stem)
            let (classIndex, patient, split) = try facts(image)
            sources.append(
                ExampleSource(
                    id: image.stem, image: image, masks: mask.map { [$0] } ?? [],
                    isMasked: mask != nil, classIndex: classIndex, patient: patient,
                    assignedSplit: split))
        }
        return DatasetListing(
            dataset: dataset, folder: folder, classNames: classNames, sources: sources,
            orphanMasks: rest.values.sorted { $0.path < $1.path }, requiresMasks: requiresMasks,
            maskPlace: "a file of that stem in \(folder.expected("masks").path)",
            tables: labels == nil ? [] : [labelFile])
    }
}
