public import Domain
internal import Foundation

/// One data set that Lightbox knows: its names, its terms and how to read it.
public struct DatasetEntry: Sendable {
    /// The short name used in experiment files: `mcx`.
    public let name: String
    /// The name in full.
    public let title: String
    /// Whom to cite.
    public let citation: String
    /// Under which terms it may be used.
    public let licence: String
    /// The folders and files expected below the data folder.
    public let layout: String
    /// What its masks show.
    public let masks: MaskMeaning
    /// The places that its images are from, where it tells several apart.
    public let sites: [String]
    /// Finds the files; nil for data sets made in memory.
    public var list: (@Sendable (DataRoot) throws(DatasetError) -> DatasetListing)? {
        guard let find else { return nil }
        return { (root) throws(DatasetError) in try find(root, []) }
    }
    /// As `list`, with the masks of chosen structures.
    let find: (@Sendable (DataRoot, [String]) throws(DatasetError) -> DatasetListing)?
    private let make: @Sendable (DataRoot, LoadOptions) throws(DatasetError) -> Dataset
    private let identify: @Sendable (DataRoot, LoadOptions) throws(DatasetError) -> String

    /// An entry whose files `list` finds and the common loader reads.
    init(
        _ name: String, title: String, citation: String, licence: String, layout: String,
        masks: MaskMeaning, sites: [String] = [],
        list: @escaping @Sendable (DataRoot) throws(DatasetError) -> DatasetListing
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.licence = licence
        self.layout = layout
        self.masks = masks
        self.sites = sites
        let find: @Sendable (DataRoot, [String]) throws(DatasetError) -> DatasetListing = {
            (root, chosen) throws(DatasetError) in
            try list(root).withUserSplit().meaning(masks, choosing: chosen)
        }
        self.find = find
        make = { (root, options) throws(DatasetError) in
            let listing = try find(root, options.structures).excluding(options.exclusive)
            return try DatasetLoader(listing: listing, options: options).load()
        }
        identify = { (root, options) throws(DatasetError) in
            let listing = try find(root, options.structures).excluding(options.exclusive)
            return try DatasetLoader(listing: listing, options: options).fingerprint()
        }
    }

    /// An entry that makes its data set in memory.
    init(
        _ name: String, title: String, citation: String, licence: String, layout: String,
        masks: MaskMeaning,
        make: @escaping @Sendable (LoadOptions) throws(DatasetError) -> Dataset,
        identify: @escaping @Sendable (LoadOptions) throws(DatasetError) -> String
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.licence = licence
        self.layout = layout
        self.masks = masks
        sites = []
        find = nil
        self.make = { (_, options) throws(DatasetError) in
            _ = try masks.choosing(options.structures, in: name)
            return try make(options)
        }
        self.identify = { (_, options) throws(DatasetError) in
            _ = try masks.choosing(options.structures, in: name)
            return try identify(options)
        }
    }

    /// Loads the data set from below `root`.
    public func load(
        _ root: DataRoot, _ options: LoadOptions = LoadOptions()
    ) throws(DatasetError) -> Dataset {
        try make(root, options)
    }

    /// The paths of the files of each image's masks of the chosen structures, by the image's id;
    /// empty for data sets made in memory.
    public func maskFiles(
        _ root: DataRoot, _ options: LoadOptions = LoadOptions()
    ) throws(DatasetError) -> [String: [String]] {
        guard let listing = try find?(root, options.structures) else { return [:] }
        return Dictionary(
            listing.sources.map { ($0.id, $0.masks.map(\.path)) }, uniquingKeysWith: { a, _ in a })
    }

    /// The fingerprint that the loaded data set would have, without decoding an image. Files are
    /// hashed once and then known by size, inode and times.
    public func fingerprint(
        _ root: DataRoot, _ options: LoadOptions = LoadOptions()
    ) throws(DatasetError) -> String {
        try identify(root, options)
    }
}

extension MaskMeaning {
    /// `choosing` with what a data set says of a choice that it does not have.
    ///
    /// - Throws: `DatasetError.structures`.
    func choosing(_ chosen: [String], in dataset: String) throws(DatasetError) -> MaskMeaning {
        do {
            return try choosing(chosen)
        } catch {
            throw .structures(dataset: dataset, error)
        }
    }
}
