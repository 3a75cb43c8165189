import Domain
import Foundation

extension DatasetEntry {
    /// Vertebra patches cut from spine X-rays, fractured or normal, with masks. P2's set is not
    /// public; any set in this layout is read.
    static let spine = DatasetEntry(
        "spine", title: "Vertebra patches",
        citation: "the provider of the patches (P2 uses 894 patches of 100 X-rays)",
        licence: "the provider's",
        layout: """
            SPINE/images/P001_L3_1.png (patient, vertebra, _0 normal or _1 fractured)
            SPINE/masks/P001_L3_1.png
            SPINE/labels.csv (optional: file,class,patient instead of the names)
            """,
        masks: .structure("vertebra"), list: listSpine)
}

@Sendable private func listSpine(_ root: DataRoot) throws(DatasetError) -> DatasetListing {
    let folder = try root.folder(
        for: "spine", among: ["SPINE", "Spine", "spine", "spine-patches", "."],
        holding: ["images", "masks"])
    let pairs = try ImageMaskFolders(folder, structure: "vertebra")
    let classNames = ["normal", "fractured"]
    if let labels = pairs.labels {
        return try pairs.listing(
            dataset: "spine", classNames: classNames, requiresMasks: true
        ) { (image) throws(DatasetError) in
            guard let row = labels.rows[image.stem] else { return (nil, nil, nil) }
            let index = row.className.flatMap { name in
                Int(name).flatMap { (0...1).contains($0) ? $0 : nil }
                    ?? classNames.firstIndex(of: name.lowercased())
                    ?? (name.lowercased() == "fracture" ? 1 : nil)
            }
            guard row.className == nil || index != nil else {
                throw .badTable(
                    path: pairs.labelFile.path, line: row.line,
                    reason: "unknown class '\(row.className ?? "")'; known: normal, fractured")
            }
            return (index, row.patient ?? spinePatient(image), row.split)
        }
    }
    return try pairs.listing(
        dataset: "spine", classNames: classNames, requiresMasks: true
    ) { (image) throws(DatasetError) in
        guard image.stem.hasSuffix("_0") || image.stem.hasSuffix("_1") else {
            throw .badName(
                path: image.path,
                expected: "the stem ends in _0 (normal) or _1 (fractured), or labels.csv says so")
        }
        return (image.stem.hasSuffix("_1") ? 1 : 0, spinePatient(image), nil)
    }
}

private func spinePatient(_ image: URL) -> String? {
    image.stem.split(separator: "_").first.map(String.init)
}
