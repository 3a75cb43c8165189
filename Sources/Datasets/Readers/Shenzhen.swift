import Domain
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
        masks: .lungs(publishedPositive: .background, apart: false), list: listShenzhen)
}

@Sendable private func listShenzhen(_ root: DataRoot) throws(DatasetError) -> DatasetListing {
    let folder = try root.folder(
        for: "scx",
        among: [
            "ChinaSet_AllFiles", "ShenzhenSet", "ChinaSet_AllFiles/ChinaSet_AllFiles",
            "NLM-ChinaCXRSet/ChinaSet_AllFiles", "NLM-ChinaCXRSet", "Lung Segmentation", ".",
        ], holding: ["CXR_png"])
    var images = try FolderContents(folder.expected("CXR_png"), extensions: ["png"])
    // The Kaggle copy keeps Montgomery's images in the same folder.
    if folder.lastPathComponent == "Lung Segmentation" { images = images.starting(with: "CHNCXR") }
    var (place, masks) = try maskFiles(of: images, in: folder, root.url)
    let readings = try FolderContents(
        folder.expected("ClinicalReadings"), extensions: ["txt"], optional: true
    ).byID(for: "scx")

    var sources: [ExampleSource] = []
    for image in images.files {
        let id = image.releaseID
        let mask = masks.removeValue(forKey: id)
        sources.append(
            ExampleSource(
                id: id, image: image, masks: mask.map { [MaskFile(part: "lungs", url: $0)] } ?? [],
                classIndex: try tuberculosisLabel(of: image), patient: String(id.dropLast(2)),
                readingFile: readings[id]))
    }
    return DatasetListing(
        dataset: "scx", folder: folder, classNames: ["normal", "tuberculosis"], sources: sources,
        orphanMasks: masks.values.sorted { $0.path < $1.path }, requiresMasks: false,
        maskPlace: "a file <stem>_mask.png in \(place.path)", folders: [images.folder, place])
}

/// The separately released masks: the first folder under one of the names in the wild that has
/// the mask of an image, else the first inside the set that has any file.
private func maskFiles(
    of images: FolderContents, in folder: URL, _ root: URL
) throws(DatasetError) -> (place: URL, masks: [String: URL]) {
    let names = ["mask", "masks", "ManualMask", "lung_mask", "shenzhen_masks"]
    let ids = Set(images.files.map(\.releaseID))
    let isShared = folder.lastPathComponent == "Lung Segmentation"
    var strangers: (place: URL, masks: [String: URL])?
    for base in [folder, folder.deletingLastPathComponent(), root] {
        for name in names {
            guard let outer = base.item(name) else { continue }
            for place in [outer.item("mask"), outer].compactMap({ $0 }) {
                var files = try FolderContents(place, extensions: ["png"])
                if isShared || base != folder { files = files.starting(with: "CHNCXR") }
                let found = try files.byID(for: "scx", without: "_MASK")
                if found.keys.contains(where: ids.contains) { return (place, found) }
                if base == folder, !found.isEmpty, strangers == nil { strangers = (place, found) }
            }
        }
    }
    return strangers ?? (folder.expected("mask"), [:])
}
