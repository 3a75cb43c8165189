import Domain
import Foundation

extension DatasetEntry {
    /// JSRT: 247 radiographs, 154 with a nodule and 93 without, with the SCR masks of lungs, heart
    /// and clavicles.
    static let jsrt = DatasetEntry(
        "jcx", title: "JSRT chest X-rays with SCR masks",
        citation: "Shiraishi et al., Am. J. Roentgenol. 174, 71 (2000); van Ginneken et al., Med. "
            + "Image Anal. 10, 19 (2006)",
        licence: "Japanese Society of Radiological Technology and Image Sciences Institute "
            + "Utrecht; research use on registration",
        layout: """
            All247images/JPCLN001.IMG (JPCLN nodule, JPCNN none; also JSRT/All247images; or PNG)
            scratch/fold{1,2}/masks/{left lung,right lung}/JPCLN001.gif (also SCR/scratch)
            scratch/fold{1,2}/masks/{heart,left clavicle,right clavicle}/JPCLN001.gif (optional)
            Clinical_Information/{CLNDAT_EN.txt,CNNDAT_EN.TXT} (optional)
            """,
        masks: .lungs(
            publishedPositive: .background, beside: ["heart", "left clavicle", "right clavicle"]),
        list: listJSRT)
}

@Sendable private func listJSRT(_ root: DataRoot) throws(DatasetError) -> DatasetListing {
    let (folder, images) = try releaseImages(root)
    var parts = try PartFiles(root)
    let readings = JSRTReadings(near: [root.url, folder, folder.deletingLastPathComponent()])
    var sources: [ExampleSource] = []
    for image in images {
        let id = image.releaseID
        let masks = parts.files.removeValue(forKey: id) ?? []
        sources.append(
            ExampleSource(
                id: id, image: image, masks: masks, classIndex: try noduleLabel(of: image),
                reading: readings[id]))
    }
    return DatasetListing(
        dataset: "jcx", folder: folder, classNames: ["normal", "nodule"], sources: sources,
        orphanMasks: parts.files.values.flatMap { $0.map(\.url) }.sorted { $0.path < $1.path },
        requiresMasks: true, maskPlace: parts.place)
}

/// The folder of the release and its images: all 247 together, or one folder for each class.
private func releaseImages(
    _ root: DataRoot
) throws(DatasetError) -> (folder: URL, images: [URL]) {
    let places = ["All247images", "All247images/All247images"]
    let outer = ["images", "All247", "."].map { "JSRT/\($0)" }
    for place in places + places.map({ "JSRT/\($0)" }) + outer {
        guard let folder = root.url.item(place) else { continue }
        let images = try FolderContents(folder, extensions: ["img", "png"]).files
        if !images.isEmpty { return (folder, images) }
    }
    for base in [".", "JSRT"].compactMap({ root.url.item($0) }) {
        let parts = ["Nodule154images", "NonNodule93images"].compactMap { base.item($0) }
        guard parts.count == 2 else { continue }
        var images: [URL] = []
        for part in parts { images += try FolderContents(part, extensions: ["img", "png"]).files }
        if !images.isEmpty { return (base, images) }
    }
    for place in places + ["JSRT/All247images"] {
        guard let folder = root.url.item(place) else { continue }
        throw .noImages(
            dataset: "jcx", folder: folder.path, leftOut: LeftOutFiles(inFolders: [folder]).text)
    }
    throw root.missing(
        "jcx", searched: (places + ["JSRT/All247images"]).map { root.url.expected($0) })
}

private func noduleLabel(of image: URL) throws(DatasetError) -> Int {
    if image.releaseID.hasPrefix("JPCNN") { return 0 }
    if image.releaseID.hasPrefix("JPCLN") { return 1 }
    throw .badName(
        path: image.path, expected: "the name starts with JPCLN (nodule) or JPCNN (none)")
}

/// The SCR release's masks by image. An image stands in exactly one of its two folds.
private struct PartFiles {
    /// The masks of an image, in the order of the parts.
    var files: [String: [MaskFile]] = [:]
    /// Where masks were looked for, for messages.
    let place: String

    init(_ root: DataRoot) throws(DatasetError) {
        let bases = [
            "scratch", "SCR/scratch", "JSRT/scratch", "SCR", "JSRT/SCR", "JSRT/SCR/scratch", "JSRT",
        ].compactMap { root.url.item($0) }
        let base = bases.first { base in
            ["fold1", "fold2", "masks"].contains { base.item($0) != nil }
        }
        if base == nil, let locked = bases.first(where: { $0.lock != nil }) {
            throw .unreadableFolder(path: locked.path, reason: locked.lock ?? "it is locked")
        }
        let scratch = base ?? root.url.appendingPathComponent("scratch")
        var folds = ["fold1/masks", "fold2/masks"].compactMap { scratch.item($0) }
        if folds.isEmpty, let flat = scratch.item("masks") { folds = [flat] }
        let isFlat = folds.count == 1 && folds[0].deletingLastPathComponent() == scratch
        place =
            isFlat
            ? "a file of that stem in both \(folds[0].path)/left lung and right lung"
            : "a file of that stem in both \(scratch.path)/fold*/masks/left lung and right lung "
                + "of one fold"
        for fold in folds {
            var own: [String: [MaskFile]] = [:]
            // The folders are called like the parts, also with `_` in place of the space.
            for part in DatasetEntry.jsrt.masks.parts.map(\.name) {
                for (id, url) in try Self.contents(fold, part) {
                    own[id, default: []].append(MaskFile(part: part, url: url))
                }
            }
            for (id, masks) in own.sorted(by: { $0.key < $1.key }) {
                if let other = files[id] {
                    throw .duplicate(
                        dataset: "jcx", id: id, paths: (other + masks).map(\.url.path))
                }
                files[id] = masks
            }
        }
    }

    private static func contents(
        _ fold: URL, _ part: String
    ) throws(DatasetError) -> [String: URL] {
        let joined = part.split(separator: " ").joined(separator: "_")
        let folder = fold.item(joined) ?? fold.expected(part)
        return try FolderContents(folder, extensions: ["gif", "png"], optional: true)
            .byID(for: "jcx")
    }
}
