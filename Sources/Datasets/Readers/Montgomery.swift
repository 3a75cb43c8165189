import Foundation

extension DatasetEntry {
    /// Montgomery County chest X-rays: 138 radiographs, 80 normal and 58 with tuberculosis, with
    /// a mask for each lung.
    static let montgomery = DatasetEntry(
        "mcx", title: "Montgomery County chest X-rays",
        citation: "Jaeger et al., Quant. Imaging Med. Surg. 4, 475 (2014)",
        licence: "U.S. National Library of Medicine, free to use with citation",
        layout: """
            MontgomerySet/CXR_png/MCUCXR_0001_0.png (_0 normal, _1 tuberculosis)
            MontgomerySet/ManualMask/{leftMask,rightMask}/MCUCXR_0001_0.png
            MontgomerySet/ClinicalReadings/MCUCXR_0001_0.txt (optional)
            """,
        list: listMontgomery)
}

@Sendable private func listMontgomery(_ root: DataRoot) throws(DatasetError) -> DatasetListing {
    let folder = try root.folder(
        for: "mcx",
        among: [
            "MontgomerySet", "NLM-MontgomeryCXRSet/MontgomerySet", "NLM-MontgomeryCXRSet", ".",
        ], holding: ["CXR_png", "ManualMask"])
    let images = try FolderContents(folder.appendingPathComponent("CXR_png"), extensions: ["png"])
    let manual = folder.appendingPathComponent("ManualMask")
    var left = try FolderContents(manual.appendingPathComponent("leftMask"), extensions: ["png"])
        .byStem()
    var right = try FolderContents(manual.appendingPathComponent("rightMask"), extensions: ["png"])
        .byStem()
    let readings = try FolderContents(
        folder.appendingPathComponent("ClinicalReadings"), extensions: ["txt"], optional: true
    ).byStem()

    var sources: [ExampleSource] = []
    for image in images.files {
        let id = image.stem
        let masks = [left.removeValue(forKey: id), right.removeValue(forKey: id)]
            .compactMap { $0 }
        sources.append(
            ExampleSource(
                id: id, image: image, masks: masks, isMasked: masks.count == 2,
                classIndex: try tuberculosisLabel(of: image), patient: String(id.dropLast(2)),
                readingFile: readings[id]))
    }
    let orphans = Array(left.values) + Array(right.values)
    return DatasetListing(
        dataset: "mcx", folder: folder, classNames: ["normal", "tuberculosis"], sources: sources,
        orphanMasks: orphans.sorted { $0.path < $1.path }, requiresMasks: true,
        maskPlace: "a file of that name in both \(manual.path)/leftMask and rightMask")
}

/// The label that the National Library of Medicine puts at the end of a name: `_0` or `_1`.
func tuberculosisLabel(of image: URL) throws(DatasetError) -> Int {
    let id = image.stem
    if id.hasSuffix("_0") { return 0 }
    if id.hasSuffix("_1") { return 1 }
    throw .badName(
        path: image.path, expected: "the stem ends in _0 (normal) or _1 (tuberculosis)")
}
