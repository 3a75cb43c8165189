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
    private let masks: MaskFolder

    /// Reads the two folders: of a release the formats it comes in, of one's own every format.
    init(_ folder: URL, isOwn: Bool = false) throws(DatasetError) {
        self.folder = folder
        let belongs = { (file: URL) in
            isOwn
                ? ImageFiles.isOne(file)
                : ImageFiles.usualEndings.contains(file.pathExtension.lowercased())
        }
        imageFolder = folder.expected("images")
        let found = try FolderContents(imageFolder, belongs: belongs)
        images = ImageFiles.withoutCopies(found.files)
        masks = try MaskFolder(
            FolderContents(folder.expected("masks"), optional: true, belongs: belongs),
            images: Set(images.map(\.stem)), dataset: folder.lastPathComponent)
        labels = try folder.item("labels.csv").map(LabelTable.init)
    }

    /// The table's file.
    var labelFile: URL { folder.expected("labels.csv") }

    /// The listing, `facts` giving each image's class, patient and split.
    func listing(
        dataset: String, classNames: [String], requiresMasks: Bool,
        facts: (URL) throws(DatasetError) -> Facts
    ) throws(DatasetError) -> DatasetListing {
        var rest = masks.files
        var sources: [ExampleSource] = []
        for image in images {
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
            tables: labels == nil ? [] : [labelFile], tableFindings: labels?.findings ?? [],
            tableFaults: labels?.faults(images: images, in: imageFolder)
                ?? [],
            folders: [imageFolder, masks.folder])
    }
}
