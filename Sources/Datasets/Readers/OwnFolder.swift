import Domain
import Foundation

extension DatasetEntry {
    /// A user's own images: `images`, `masks`, and perhaps a table of labels.
    static let ownFolder = folder(
        named: "folder", among: ["folder", "."],
        layout: """
            images/a.png (PNG, GIF, JPEG or DICOM), masks/a.png or a_mask.png
            labels.csv (optional: file, class, patient, split)
            structures.csv (optional: value or colour, name: what masks of several values show)
            dataset.yaml (optional: says all of it in other words)
            (folder:NAME reads the folder NAME below the data folder)
            """)

    /// The user's folder `path` below the data folder: the data set `folder:path`.
    static func ownFolder(_ path: String) -> DatasetEntry {
        folder(named: "folder:\(path)", among: [path], layout: "\(path)/images, \(path)/masks")
    }

    private static func folder(
        named name: String, among places: [String], layout: String
    ) -> DatasetEntry {
        DatasetEntry(
            name, title: "Your own folder", citation: "yours", licence: "yours", layout: layout,
            masks: .structure("mask")
        ) { (root) throws(DatasetError) in
            let folder = try find(name, among: places, below: root)
            let description = try FolderDescription.of(folder)
            let pairs = try ImageMaskFolders(folder, isOwn: true, description: description)
            let patients = try DICOMPatients(
                of: pairs.images, dataset: name, key: root.patients
            ) { pairs.row(of: $0) != nil }
            let facts = FolderFacts(of: pairs, description: description)
            return try pairs.listing(
                dataset: name, classNames: facts.classNames, requiresMasks: false
            ) { (image) throws(DatasetError) in
                let (index, patient, split) = try facts.facts(of: image)
                return (index, patient ?? patients[image], split)
            }
        }
    }

    /// The folder of images, or one that says where they are.
    private static func find(
        _ name: String, among places: [String], below root: DataRoot
    ) throws(DatasetError) -> URL {
        let described = places.lazy.compactMap { root.url.item($0) }.first { folder in
            folder.item("images") != nil || folder.item(FolderDescription.fileName) != nil
        }
        if let described { return described }
        return try root.folder(for: name, among: places, holding: ["images"])
    }
}
