import Domain
import Foundation

/// A folder with `images`, `masks` and perhaps `labels.csv`.
struct ImageMaskFolders {
    /// What names and tables say about an image.
    typealias Facts = (classIndex: Int?, patient: String?, split: SplitPart?)

    let folder: URL
    /// The table, nil when there is none.
    let labels: LabelTable?

    /// The images, by name.
    let images: [URL]
    private let imageFolder: URL
    private let masks: [(part: String, folder: MaskFolder)]
    /// What the masks show, where the folder says it.
    private let meaning: MaskMeaning?

    /// Reads the two folders: of a release the formats it comes in, of one's own every format.
    ///
    /// One's own may have a folder of masks for each structure: `masks/heart`.
    ///
    /// - Parameter structure: what masks that lie in no folder of their own show.
    init(
        _ folder: URL, structure: String = "mask", isOwn: Bool = false
    ) throws(DatasetError) {
        self.folder = folder
        let belongs = { (file: URL) in
            isOwn
                ? ImageFiles.isOne(file)
                : ImageFiles.usualEndings.contains(file.pathExtension.lowercased())
        }
        imageFolder = folder.expected("images")
        let found = try FolderContents(imageFolder, belongs: belongs)
        images = ImageFiles.withoutCopies(found.files)
        let place = folder.expected("masks")
        let plain = try FolderContents(place, optional: true, belongs: belongs)
        var contents = [(structure, plain)]
        let named = isOwn && plain.files.isEmpty ? try Self.structureFolders(in: place) : []
        if !named.isEmpty {
            contents = []
            for folder in named {
                contents.append(
                    (folder.lastPathComponent, try FolderContents(folder, belongs: belongs)))
            }
        }
        let (stems, name) = (Set(images.map(\.stem)), folder.lastPathComponent)
        masks = try contents.map { (part, contents) throws(DatasetError) in
            (part, try MaskFolder(contents, images: stems, dataset: name))
        }
        let parts = named.map { Structure($0.lastPathComponent) }
        meaning = parts.isEmpty ? nil : MaskMeaning(structures: parts, parts: parts)
        labels = try folder.item("labels.csv").map(LabelTable.init)
    }

    /// The folders in the folder of masks, each of which holds a structure's.
    private static func structureFolders(in place: URL) throws(DatasetError) -> [URL] {
        let folders = try FolderContents(place, optional: true) { file in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
                && isFolder.boolValue
        }.files
        for folder in folders where !Structure.isName(folder.lastPathComponent) {
            throw .badName(
                path: folder.path,
                expected: "a structure's name of letters, digits, spaces, - and _, not "
                    + "'\(Structure.all)'")
        }
        return folders
    }

    /// The table's file.
    var labelFile: URL { folder.expected("labels.csv") }

    private var maskPlace: String {
        let place = "a file of that stem in \(folder.expected("masks").path)"
        guard let meaning else { return place }
        return place + "/{" + meaning.names.joined(separator: ",") + "}"
    }

    /// The listing, `facts` giving each image's class, patient and split.
    func listing(
        dataset: String, classNames: [String], requiresMasks: Bool,
        facts: (URL) throws(DatasetError) -> Facts
    ) throws(DatasetError) -> DatasetListing {
        var rest = masks.map(\.folder.files)
        var sources: [ExampleSource] = []
        for image in images {
            let own = masks.indices.compactMap { index in
                rest[index].removeValue(forKey: image.stem).map {
                    MaskFile(part: masks[index].part, url: $0)
                }
            }
            let (classIndex, patient, split) = try facts(image)
            sources.append(
                ExampleSource(
                    id: image.stem, image: image, masks: own, classIndex: classIndex,
                    patient: patient, assignedSplit: split))
        }
        return DatasetListing(
            dataset: dataset, folder: folder, classNames: classNames, sources: sources,
            orphanMasks: rest.flatMap(\.values).sorted { $0.path < $1.path },
            requiresMasks: requiresMasks,
            maskPlace: maskPlace, masks: meaning,
            tables: labels == nil ? [] : [labelFile], tableFindings: labels?.findings ?? [],
            tableFaults: labels?.faults(images: images, in: imageFolder)
                ?? [],
            folders: [imageFolder] + masks.map(\.folder.folder))
    }
}
