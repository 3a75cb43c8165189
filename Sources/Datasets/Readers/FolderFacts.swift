import Domain
import Foundation

/// What a folder of one's own says about its images: in its table, in their names, in `dataset.yaml`.
struct FolderFacts {
    private let pairs: ImageMaskFolders
    private let description: FolderDescription?
    /// The classes, in the order of `dataset.yaml`, else by name.
    let classNames: [String]

    init(of pairs: ImageMaskFolders, description: FolderDescription?) {
        self.pairs = pairs
        self.description = description
        let named = description?.classNames ?? []
        if !named.isEmpty {
            var names: [String] = []
            for (_, name) in named where !names.contains(name) { names.append(name) }
            classNames = names
        } else if case .pattern(let pattern) = description?.classes {
            let found = pairs.images.compactMap { pattern.match(pairs.id(of: $0)) }
            classNames = LabelTable.sorted(Set(found))
        } else {
            classNames = pairs.labels?.classNames ?? []
        }
    }

    /// An image's class, patient and split.
    func facts(of image: URL) throws(DatasetError) -> ImageMaskFolders.Facts {
        let row = pairs.row(of: image)
        let written = try fact(description?.classes, row?.className, of: image, "class")
        let patient = try fact(description?.patients, row?.patient, of: image, "patient")
        return (try index(of: written, row, image), patient, row?.split)
    }

    /// What the name says where `dataset.yaml` has a pattern, else what the table says.
    private func fact(
        _ source: FolderDescription.FactSource?, _ table: String?, of image: URL, _ what: String
    ) throws(DatasetError) -> String? {
        guard case .pattern(let pattern) = source else { return table }
        if let fact = pattern.match(pairs.id(of: image)) { return fact }
        throw .badName(
            path: image.path,
            expected: "a name as \(pattern.text), which says the \(what) (dataset.yaml)")
    }

    private func index(
        of written: String?, _ row: LabelTable.Row?, _ image: URL
    ) throws(DatasetError) -> Int? {
        guard let written else { return nil }
        let named = description?.classNames ?? []
        guard !named.isEmpty else { return classNames.firstIndex(of: written) }
        if let name = named.first(where: { $0.written == written })?.name {
            return classNames.firstIndex(of: name)
        }
        let reason =
            "class '\(written)' is not among the names of dataset.yaml"
            + NearestName.suffix(written, in: named.map(\.written))
        guard let row, row.className == written else {
            throw .badName(path: image.path, expected: reason)
        }
        throw .badTable(path: pairs.labelFile.path, line: row.line, reason: reason)
    }
}
