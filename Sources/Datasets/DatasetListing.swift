public import Domain
public import Foundation
import Imaging

/// A data set as found on disk, before any pixel is read.
public struct DatasetListing: Sendable {
    /// The registry name.
    public let dataset: String
    /// The folder it was found in.
    public let folder: URL
    /// Names of the classes.
    public let classNames: [String]
    /// The images with their masks, sorted by id.
    public private(set) var sources: [ExampleSource]
    /// Mask files that belong to no image.
    public let orphanMasks: [URL]
    /// Whether every image must have a mask of the structures that are trained where none are chosen.
    public let requiresMasks: Bool
    /// What the masks show: where the folders tell it and not the entry, set by the reader.
    public private(set) var masks: MaskMeaning?
    /// The structures that were chosen; empty for those of the data set.
    private(set) var chosen: [String] = []
    /// Where the mask of an image is expected, for messages.
    public let maskPlace: String
    /// Files beside the images whose content matters, such as a table of labels.
    public private(set) var tables: [URL]
    /// What is odd about those tables.
    private(set) var tableFindings: [DatasetFinding] = []
    /// Rows of those tables that cannot be used.
    private(set) var tableFaults: [LabelTable.Fault] = []
    /// Folders that were looked into, whether or not anything was found in them.
    let folders: [URL]
    /// The table of the division; nil without one.
    private(set) var splitTable: URL?
    /// What the folder's `dataset.yaml` says; nil without one.
    var description: FolderDescription?
    /// What the values of its label maps show; nil where masks show a structure each.
    var labels: MaskLabels?
    /// Whether it is a folder of one's own, in which every format is read.
    var isOwn = false
    /// Whether a training asks for structures that exclude each other.
    private var excludes = false
    /// Files that say what others show; they are no content themselves.
    var explanations: [URL] = []

    init(
        dataset: String, folder: URL, classNames: [String], sources: [ExampleSource],
        orphanMasks: [URL], requiresMasks: Bool, maskPlace: String, masks: MaskMeaning? = nil,
        tables: [URL] = [], tableFindings: [DatasetFinding] = [],
        tableFaults: [LabelTable.Fault] = [],
        folders: [URL] = []
    ) {
        self.dataset = dataset
        self.folder = folder
        self.classNames = classNames
        self.sources = sources.sorted { $0.id < $1.id }
        self.orphanMasks = orphanMasks
        self.requiresMasks = requiresMasks
        self.maskPlace = maskPlace
        self.masks = masks
        self.tables = tables
        self.tableFindings = tableFindings
        self.tableFaults = tableFaults
        self.folders = folders
    }

    /// The listing with the splits of `split.csv` in the data set's folder, where there is one:
    /// columns `file` and `split` (train, validation, test).
    func withUserSplit() throws(DatasetError) -> DatasetListing {
        let named = description?.splitTable.map { folder.expected($0) }
        guard let file = named ?? folder.item("split.csv") else { return self }
        let table = try LabelTable(file)
        var listing = self
        listing.tableFaults += table.faults(
            images: sources.map(\.image), ids: Set(sources.map(\.id)),
            in: sources.first?.image.deletingLastPathComponent())
        var others: [String] = []
        listing.sources = sources.map { source in
            let row = table.rows[source.id] ?? table.row(of: source.image)
            if let before = source.assignedSplit, before != row?.split { others.append(source.id) }
            return source.with(assignedSplit: row?.split)
        }
        listing.tables.append(file)
        listing.splitTable = file
        listing.tableFindings += table.findings
        let conflict = DatasetFinding(
            .warning, .splitTable, others, "image",
            "of which labels.csv tells another split than \(file.lastPathComponent), which is "
                + "followed")
        if let conflict { listing.tableFindings.append(conflict) }
        return listing
    }

    /// The same listing, where `excludes` says so with structures that exclude each other.
    func excluding(_ excludes: Bool) -> DatasetListing {
        var listing = self
        listing.excludes = excludes
        return listing
    }

    /// Whether no pixel may belong to two of the structures.
    var isExclusive: Bool { excludes || description?.isExclusive == true }

    /// What each of the K masks of an image shows.
    var structures: [Structure] { masks?.structures ?? [] }

    /// The listing with the chosen structures' masks, of those that the reader found or, where it
    /// says nothing, the entry's.
    ///
    /// - Throws: `DatasetError.structures`.
    func meaning(
        _ masks: MaskMeaning, choosing chosen: [String]
    ) throws(DatasetError) -> DatasetListing {
        var listing = self
        let meaning = try (self.masks ?? masks).choosing(chosen, in: dataset)
        listing.masks = meaning
        listing.chosen = chosen
        listing.sources = sources.map { (source: ExampleSource) -> ExampleSource in
            let shown = source.showing(meaning.structures)
            guard let side = meaning.publishedPositive else { return shown }
            return shown.with(publishedPositive: side)
        }
        return listing
    }

    /// Throws when an image lacks a promised mask, a mask lacks its image, an id stands twice, a
    /// row of a table cannot be used or nothing is there at all.
    func validate(needingMasks: Bool = true) throws(DatasetError) {
        guard !sources.isEmpty else {
            throw .noImages(
                dataset: dataset, folder: folder.path, leftOut: LeftOutFiles(in: self).text)
        }
        if let error = tableFaults.error { throw error }
        for (first, second) in zip(sources, sources.dropFirst()) where first.id == second.id {
            throw .duplicate(
                dataset: dataset, id: first.id, paths: [first.image.path, second.image.path])
        }
        let bare = sources.filter { !$0.isMasked }
        let isBare = needingMasks && bare.count == sources.count
        if needsEveryMask || isBare, let first = bare.first {
            throw .imageWithoutMask(
                dataset: dataset, image: first.image.path, expected: maskPlace, count: bare.count)
        }
        if let orphan = orphanMasks.first {
            throw .maskWithoutImage(
                dataset: dataset, mask: orphan.path,
                expected: "an image of that name in \(imageFolder)", count: orphanMasks.count)
        }
    }

    /// Whether an image without a mask is an error: a release may lack some of what else was drawn.
    var needsEveryMask: Bool { requiresMasks && chosen.isEmpty }

    private var imageFolder: String {
        sources.first?.image.deletingLastPathComponent().path ?? folder.path
    }
}

/// A file in which a part of an image is drawn.
struct MaskFile: Sendable {
    /// What it shows, by its name in the data set: `left lung`.
    let part: String
    /// Where it is.
    let url: URL
    /// What its values show; nil where it shows the part alone.
    var labels: MaskLabels?
}

/// Where one example's pixels are and what its name and tables say.
public struct ExampleSource: Sendable {
    /// The file stem.
    public let id: String
    /// The image file.
    public let image: URL
    /// Every mask file of the image.
    let drawn: [MaskFile]
    /// The structures that are trained.
    private var structures: [Structure] = []
    /// The mask files of the trained structures, each once.
    public private(set) var masks: [URL] = []
    /// True when every mask file that they need is there.
    public private(set) var isMasked = false
    /// Index into the class names.
    public private(set) var classIndex: Int?
    /// The patient, where known.
    public let patient: String?
    /// Where the image was taken, in a data set of several places.
    public private(set) var site: String?
    /// The clinical reading, where the release has one table of all.
    public let reading: ClinicalReading?
    /// The file of the clinical reading, where every image has its own.
    public let readingFile: URL?
    /// The split assigned by a user's table.
    public private(set) var assignedSplit: SplitPart?
    /// The side of the mask that the published definitions call positive.
    public private(set) var publishedPositive = MaskSide.foreground

    init(
        id: String, image: URL, masks: [MaskFile], classIndex: Int?,
        patient: String? = nil, reading: ClinicalReading? = nil, readingFile: URL? = nil,
        assignedSplit: SplitPart? = nil
    ) {
        self.id = id
        self.image = image
        drawn = masks
        self.classIndex = classIndex
        self.patient = patient
        self.reading = reading
        self.readingFile = readingFile
        self.assignedSplit = assignedSplit
    }

    /// The files of a structure among all mask files: those of its parts, else one of the whole; empty
    /// where something is missing.
    private func files(of structure: Structure) -> [MaskFile] {
        let parts = structure.parts.compactMap { part in drawn.first { $0.part == part } }
        if parts.count == structure.parts.count { return parts }
        return drawn.first { $0.part == structure.name }.map { [$0] } ?? []
    }

    /// A part of a structure: the place of its file in `masks`, and its name where the file shows
    /// several.
    struct MaskPart: Sendable {
        let file: Int
        let label: String?
    }

    /// The parts of each trained structure; empty without masks.
    var maskParts: [[MaskPart]] {
        guard isMasked else { return [] }
        return structures.map { structure in
            files(of: structure).compactMap { file in
                masks.firstIndex(of: file.url).map {
                    MaskPart(file: $0, label: file.labels == nil ? nil : file.part)
                }
            }
        }
    }

    /// What the values of a mask's file show; nil where it shows one structure.
    func labels(of file: URL) -> MaskLabels? { drawn.first { $0.url == file }?.labels }

    /// The same files with these structures trained.
    func showing(_ structures: [Structure]) -> ExampleSource {
        var source = self
        let files = structures.map { self.files(of: $0) }
        source.structures = structures
        source.isMasked = !files.isEmpty && !files.contains { $0.isEmpty }
        let used = Set(files.joined().map(\.url))
        var seen: Set<URL> = []
        source.masks =
            source.isMasked
            ? drawn.map(\.url).filter { used.contains($0) && seen.insert($0).inserted } : []
        return source
    }

    /// The same files with another class.
    func with(classIndex: Int?) -> ExampleSource {
        var source = self
        source.classIndex = classIndex
        return source
    }

    /// The same files, of a place among several.
    func with(site: String) -> ExampleSource {
        var source = self
        source.site = site
        return source
    }

    /// The same files assigned to a split.
    func with(assignedSplit: SplitPart?) -> ExampleSource {
        var source = self
        source.assignedSplit = assignedSplit
        return source
    }

    /// The same files with another positive side.
    func with(publishedPositive: MaskSide) -> ExampleSource {
        var source = self
        source.publishedPositive = publishedPositive
        return source
    }
}
