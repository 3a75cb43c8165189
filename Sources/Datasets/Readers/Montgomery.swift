import Domain
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
        masks: .lungs(publishedPositive: .foreground), list: listMontgomery)
}

@Sendable private func listMontgomery(_ root: DataRoot) throws(DatasetError) -> DatasetListing {
    if let shared = root.url.item("Lung Segmentation"), shared.item("CXR_png") != nil,
        root.url.item("MontgomerySet") == nil
    {
        return try listShared(shared)
    }
    let folder = try root.folder(
        for: "mcx",
        among: [
            "MontgomerySet", "NLM-MontgomeryCXRSet/MontgomerySet", "NLM-MontgomeryCXRSet",
            "Montgomery/MontgomerySet", "Montgomery", ".",
        ], holding: ["CXR_png", "ManualMask"])
    let manual = folder.expected("ManualMask")
    let left = try FolderContents(manual.expected("leftMask"), extensions: ["png"])
        .byID(for: "mcx")
    let right = try FolderContents(manual.expected("rightMask"), extensions: ["png"])
        .byID(for: "mcx")
    let images = try FolderContents(folder.expected("CXR_png"), extensions: ["png"])
    // The release names sides as the image shows them; structures are the patient's.
    return try listing(
        of: images, in: folder, masks: [("right lung", left), ("left lung", right)],
        maskPlace: "a file of that name in both \(manual.path)/leftMask and rightMask")
}

/// The Kaggle copy in which Montgomery and Shenzhen share their folders; its Montgomery masks
/// have both lungs in one file.
private func listShared(_ folder: URL) throws(DatasetError) -> DatasetListing {
    let images = try FolderContents(folder.expected("CXR_png"), extensions: ["png"])
    let place = folder.expected("masks")
    let masks = try FolderContents(place, extensions: ["png"]).starting(with: "MCUCXR")
    return try listing(
        of: images.starting(with: "MCUCXR"), in: folder,
        masks: [("lungs", masks.byID(for: "mcx", without: "_MASK"))],
        maskPlace: "a file of that name in \(place.path)")
}

/// The listing of images that need their mask in every one of `masks`.
private func listing(
    of images: FolderContents, in folder: URL, masks: [(part: String, files: [String: URL])],
    maskPlace: String
) throws(DatasetError) -> DatasetListing {
    let readings = try FolderContents(
        folder.expected("ClinicalReadings"), extensions: ["txt"], optional: true
    ).byID(for: "mcx")
    var rest = masks
    var sources: [ExampleSource] = []
    for image in images.files {
        let id = image.releaseID
        let own = rest.indices.compactMap { index in
            rest[index].files.removeValue(forKey: id).map {
                MaskFile(part: rest[index].part, url: $0)
            }
        }
        sources.append(
            ExampleSource(
                id: id, image: image, masks: own, classIndex: try tuberculosisLabel(of: image),
                patient: String(id.dropLast(2)),
                readingFile: readings[id]))
    }
    return DatasetListing(
        dataset: "mcx", folder: folder, classNames: ["normal", "tuberculosis"], sources: sources,
        orphanMasks: rest.flatMap(\.files.values).sorted { $0.path < $1.path }, requiresMasks: true,
        maskPlace: maskPlace, folders: [images.folder])
}

/// The label that the National Library of Medicine puts at the end of a name: `_0` or `_1`.
func tuberculosisLabel(of image: URL) throws(DatasetError) -> Int {
    let id = image.stem
    if id.hasSuffix("_0") { return 0 }
    if id.hasSuffix("_1") { return 1 }
    throw .badName(
        path: image.path, expected: "the stem ends in _0 (normal) or _1 (tuberculosis)")
}
