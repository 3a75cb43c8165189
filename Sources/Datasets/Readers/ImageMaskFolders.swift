import Domain
import Foundation
import Imaging

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
    private let masks: FolderMasks
    private let description: FolderDescription?
    private let isOwn: Bool

    /// Reads the two folders: of a release the formats it comes in, of one's own every format.
    ///
    /// One's own may have a folder of masks for each structure, `masks/heart`, or say in
    /// `structures.csv` what the values of its masks show.
    ///
    /// - Parameters:
    ///   - structure: what masks that lie in no folder of their own show.
    ///   - description: what one's own folder says about itself.
    init(
        _ folder: URL, structure: String = "mask", isOwn: Bool = false,
        description: FolderDescription? = nil
    ) throws(DatasetError) {
        self.folder = folder
        self.description = description
        self.isOwn = isOwn
        let belongs = { (file: URL) in
            isOwn
                ? ImageFiles.isOne(file)
                : ImageFiles.usualEndings.contains(file.pathExtension.lowercased())
        }
        let place = description?.images
        imageFolder = folder.expected(place?.folder ?? "images")
        let found = try FolderContents(imageFolder, belongs: belongs)
        let files = found.files.filter { description?.isImage($0) ?? true }
        images = ImageFiles.withoutCopies(files)
        masks = try FolderMasks(
            of: Set(images.map { place?.id(of: $0) ?? $0.stem }), in: folder, showing: structure,
            isOwn: isOwn, description: description, belongs: belongs)
        if let table = description?.table {
            labels = try LabelTable(
                folder.item(table) ?? folder.expected(table),
                columns: description?.columns ?? LabelTable.Columns())
        } else {
            let columns = description?.columns ?? LabelTable.Columns()
            labels = try folder.item("labels.csv").map { (file) throws(DatasetError) in
                try LabelTable(file, columns: columns)
            }
        }
    }

    /// The name of an image's example.
    func id(of image: URL) -> String { description?.images?.id(of: image) ?? image.stem }

    /// What the table says about an image.
    func row(of image: URL) -> LabelTable.Row? {
        labels.flatMap { $0.rows[id(of: image)] ?? $0.row(of: image) }
    }

    /// The table's file.
    var labelFile: URL { folder.expected(description?.table ?? "labels.csv") }

    /// A table of labels under a name that is not read.
    private var otherTables: [DatasetFinding] {
        ["labels.tsv", "labels.txt", "labels.xlsx", "labels.json"].compactMap { folder.item($0) }
            .map {
                DatasetFinding(
                    .warning, .otherFormat,
                    "\($0.lastPathComponent) is not read; expected labels.csv (commas, semicolons or "
                        + "tabs)", [$0.path])
            }
    }

    private var maskPlace: String {
        let named = description?.masks.contains { $0.structure != nil } == true
        if named { return "a file of that name for each structure where dataset.yaml says" }
        let single = description?.masks.first?.place
        if let single, single.pattern != nil {
            return "a file \(single.text) in \(folder.path)"
        }
        let place = "a file of that stem in \(folder.expected(single?.folder ?? "masks").path)"
        guard let meaning = masks.meaning, masks.labels == nil, masks.parts.count > 1 else {
            return place
        }
        return place + "/{" + meaning.names.joined(separator: ",") + "}"
    }

    /// The masks of an image, taken out of `rest`.
    private func masks(of id: String, from rest: inout [[String: URL]]) -> [MaskFile] {
        let parts = masks.parts
        return parts.indices.flatMap { index -> [MaskFile] in
            let file = parts[index].folder.key(of: id).flatMap {
                rest[index].removeValue(forKey: $0)
            }
            guard let file else { return [] }
            guard let labels = masks.labels else {
                return [MaskFile(part: parts[index].part, url: file)]
            }
            return labels.structures.map { MaskFile(part: $0, url: file, labels: labels) }
        }
    }

    /// The listing, `facts` giving each image's class, patient and split.
    func listing(
        dataset: String, classNames: [String], requiresMasks: Bool,
        facts: (URL) throws(DatasetError) -> Facts
    ) throws(DatasetError) -> DatasetListing {
        var rest = masks.parts.map(\.folder.files)
        var sources: [ExampleSource] = []
        for image in images {
            let (classIndex, patient, split) = try facts(image)
            let source = ExampleSource(
                id: id(of: image), image: image, masks: masks(of: id(of: image), from: &rest),
                classIndex: classIndex, patient: patient, assignedSplit: split)
            let site = row(of: image)?.site ?? description?.site?.fact(of: id(of: image))
            sources.append(site.map { source.with(site: $0) } ?? source)
        }
        var listing = DatasetListing(
            dataset: dataset, folder: folder, classNames: classNames, sources: sources,
            orphanMasks: rest.flatMap(\.values).sorted { $0.path < $1.path },
            requiresMasks: requiresMasks,
            maskPlace: maskPlace, masks: masks.meaning,
            tables: labels == nil ? [] : [labelFile],
            tableFindings: (labels?.findings ?? otherTables) + masks.findings,
            tableFaults: labels?.faults(
                images: images, ids: Set(sources.map(\.id)), in: imageFolder) ?? [],
            folders: [imageFolder] + masks.parts.map(\.folder.folder))
        listing.description = description
        listing.labels = masks.labels
        listing.isOwn = isOwn
        listing.explanations = [description?.file, masks.table].compactMap(\.self)
        return listing
    }
}
