import Domain
import Foundation

/// A folder with `images`, `masks` and perhaps `labels.csv`.
struct ImageMaskFolders {
    /// What names and tables say about an image.
    typealias Facts = (classIndex: Int?, patient: String?, split: SplitPart?)

    let folder: URL
    /// The table, nil when there is none.
    let labels: LabelTable?

    private let images: FolderContents
    private let masks: MaskFolder

    /// Reads the two folders.
    init(_ folder: URL) throws(DatasetError) {
        self.folder = folder
        images = try FolderContents(folder.expected("images"), extensions: MaskFolder.endings)
        let stems = Set(images.files.map(\.stem))
        masks = try MaskFolder(
            folder.expected("masks"), images: stems, dataset: folder.lastPathComponent)
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
            tables: labels == nil ? [] : [labelFile], tableFindings: labels?.findings ?? [],
            tableFaults: labels?.faults(images: Set(images.files.map(\.stem)), in: images.folder)
                ?? [],
            folders: [images.folder, masks.folder])
    }
}
