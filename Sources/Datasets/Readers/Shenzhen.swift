import Foundation

extension DatasetEntry {
    /// Shenzhen chest X-rays: 662 radiographs, 326 normal and 336 with tuberculosis; 566 of them
    /// have lung masks, released by another group.
    static let shenzhen = DatasetEntry(
        "scx", title: "Shenzhen chest X-rays",
        citation: "Jaeger et al., Quant. Imaging Med. Surg. 4, 475 (2014); masks: Stirenko et al. "
            + "(2018)",
        licence:
            "U.S. National Library of Medicine, free to use with citation; masks CC BY-NC-SA 4.0",
        layout: """
            ChinaSet_AllFiles/CXR_png/CHNCXR_0001_0.png (_0 normal, _1 tuberculosis)
            ChinaSet_AllFiles/mask/CHNCXR_0001_0_mask.png (also mask/mask/, or beside the set)
            ChinaSet_AllFiles/ClinicalReadings/CHNCXR_0001_0.txt (optional)
            """,
        list: listShenzhen)
}

@Sendable private func listShenzhen(_ root: DataRoot) throws(DatasetError) -> DatasetListing {
    let folder = try root.folder(
        for: "scx",
        among: [
            "ChinaSet_AllFiles", "ShenzhenSet", "ChinaSet_AllFiles/ChinaSet_AllFiles",
            "NLM-ChinaCXRSet/ChinaSet_AllFiles", "NLM-ChinaCXRSet", ".",
        ], holding: ["CXR_png"])
    let images = try FolderContents(folder.appendingPathComponent("CXR_png"), extensions: ["png"])
    let places = maskFolders(near: folder)
    var masks: [String: URL] = [:]
    var maskPlace = "a file <stem>_mask.png in \(folder.path)/mask"
    for place in places {
        let found = try FolderContents(place, extensions: ["png"]).byStem(without: "_mask")
        guard !found.isEmpty else { continue }
        masks = found
        maskPlace = "a file <stem>_mask.png in \(place.path)"
        break
    }
    let readings = try FolderContents(
        folder.appendingPathComponent("ClinicalReadings"), extensions: ["txt"], optional: true
    ).byStem()

    var sources: [ExampleSource] = []
    for image in images.files {
        let id = image.stem
        let mask = masks.removeValue(forKey: id)
        sources.append(
            ExampleSource(
                id: id, image: image, masks: mask.map { [$0] } ?? [], isMasked: mask != nil,
                classIndex: try tuberculosisLabel(of: image), patient: String(id.dropLast(2)),
                readingFile: readings[id]))
    }
    return DatasetListing(
        dataset: "scx", folder: folder, classNames: ["normal", "tuberculosis"], sources: sources,
        orphanMasks: masks.values.sorted { $0.path < $1.path }, requiresMasks: false,
        maskPlace: maskPlace)
}

/// The folders, in order of preference, in which the separately released masks are seen.
private func maskFolders(near folder: URL) -> [URL] {
    let names = ["mask", "masks", "Mask", "Masks", "ManualMask", "lung_mask", "shenzhen_masks"]
    let bases = [folder, folder.deletingLastPathComponent()]
    return bases.flatMap { base in
        names.flatMap { name in
            let outer = base.appendingPathComponent(name)
            return [outer.appendingPathComponent("mask"), outer]
        }
    }.filter(\.exists)
}
