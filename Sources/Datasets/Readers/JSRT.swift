import Foundation

extension DatasetEntry {
    /// JSRT: 247 radiographs, 154 with a nodule and 93 without, with the SCR lung masks.
    static let jsrt = DatasetEntry(
        "jcx", title: "JSRT chest X-rays with SCR masks",
        citation: "Shiraishi et al., Am. J. Roentgenol. 174, 71 (2000); van Ginneken et al., Med. "
            + "Image Anal. 10, 19 (2006)",
        licence: "Japanese Society of Radiological Technology and Image Sciences Institute "
            + "Utrecht; research use on registration",
        layout: """
            All247images/JPCLN001.IMG (JPCLN nodule, JPCNN none; also JSRT/All247images; or PNG)
            scratch/fold{1,2}/masks/{left lung,right lung}/JPCLN001.gif (also SCR/scratch)
            """,
        list: listJSRT)
}

@Sendable private func listJSRT(_ root: DataRoot) throws(DatasetError) -> DatasetListing {
    let folder = try root.folder(
        for: "jcx",
        among: [
            "All247images", "JSRT/All247images", "JSRT/All247images/All247images", "JSRT/images",
            "JSRT",
        ], holding: ["."])
    let images = try FolderContents(folder, extensions: ["img", "png"])
    var lungs: [String: [URL]] = [:]
    let scratch = scratchFolder(below: root.url)
    for fold in ["fold1", "fold2"] {
        for lung in ["left lung", "right lung"] {
            let place = scratch.appendingPathComponent("\(fold)/masks/\(lung)")
            let files = try FolderContents(place, extensions: ["gif", "png"], optional: true)
            for file in files.files { lungs[file.stem, default: []].append(file) }
        }
    }
    var sources: [ExampleSource] = []
    for image in images.files {
        let id = image.stem
        let masks = lungs.removeValue(forKey: id) ?? []
        sources.append(
            ExampleSource(
                id: id, image: image, masks: masks, isMasked: masks.count == 2,
                classIndex: try noduleLabel(of: image)))
    }
    return DatasetListing(
        dataset: "jcx", folder: folder, classNames: ["normal", "nodule"], sources: sources,
        orphanMasks: lungs.values.flatMap { $0 }.sorted { $0.path < $1.path }, requiresMasks: true,
        maskPlace: "a file of that stem in both \(scratch.path)/fold*/masks/left lung and right "
            + "lung of one fold")
}

private func scratchFolder(below root: URL) -> URL {
    let places = ["scratch", "SCR/scratch", "JSRT/scratch", "scr/scratch", "SCR", "JSRT/SCR"]
        .map { root.appendingPathComponent($0) }
    return places.first { $0.appendingPathComponent("fold1").exists } ?? places[0]
}

private func noduleLabel(of image: URL) throws(DatasetError) -> Int {
    if image.stem.hasPrefix("JPCNN") { return 0 }
    if image.stem.hasPrefix("JPCLN") { return 1 }
    throw .badName(
        path: image.path, expected: "the name starts with JPCLN (nodule) or JPCNN (none)")
}
