import Domain
import Foundation

extension DatasetEntry {
    /// Montgomery, Shenzhen and JSRT together, with three classes.
    static let combined = DatasetEntry(
        "ccx", title: "Montgomery, Shenzhen and JSRT together",
        citation: "as mcx, scx and jcx", licence: "as mcx, scx and jcx",
        layout: "the folders of mcx, scx and jcx side by side",
        masks: .lungs(publishedPositive: nil), sites: combinedParts.map(\.name), list: listCombined)
}

/// The data sets that it is made of; each is a site.
private let combinedParts = [DatasetEntry.montgomery, .shenzhen, .jsrt]

/// Class names of the parts and the class they become here.
private let combinedClasses = ["normal", "nodule", "tuberculosis"]

@Sendable private func listCombined(_ root: DataRoot) throws(DatasetError) -> DatasetListing {
    var parts: [DatasetListing] = []
    for entry in combinedParts {
        guard let list = entry.list else { continue }
        let part = try list(root)
        guard !part.sources.isEmpty else {
            throw .noImages(
                dataset: part.dataset, folder: part.folder.path,
                leftOut: LeftOutFiles(in: part).text)
        }
        if let bare = part.sources.first(where: { !$0.isMasked }), part.requiresMasks {
            throw .imageWithoutMask(
                dataset: part.dataset, image: bare.image.path, expected: part.maskPlace,
                count: part.sources.count { !$0.isMasked })
        }
        parts.append(part)
    }
    let sources = parts.flatMap { part in
        part.sources.map { source in
            let name = source.classIndex.map { part.classNames[$0] }
            return source.with(classIndex: name.flatMap { combinedClasses.firstIndex(of: $0) })
                .with(site: part.dataset)
        }
    }
    return DatasetListing(
        dataset: "ccx", folder: root.url, classNames: combinedClasses, sources: sources,
        orphanMasks: parts.flatMap(\.orphanMasks), requiresMasks: false,
        maskPlace: "the masks of mcx, scx and jcx")
}
