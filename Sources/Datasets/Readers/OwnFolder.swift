import Domain
import Foundation

extension DatasetEntry {
    /// A user's own images: `images`, `masks`, and perhaps a table of labels.
    static let ownFolder = folder(
        named: "folder", among: ["folder", "."],
        layout: """
            images/a.png (PNG, GIF, JPEG or DICOM), masks/a.png or a_mask.png
            labels.csv (optional: file, class, patient, split)
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
            let folder = try root.folder(for: name, among: places, holding: ["images"])
            let pairs = try ImageMaskFolders(folder, isOwn: true)
            let patients = try DICOMPatients(
                of: pairs.images, dataset: name, key: root.patients
            ) { pairs.labels?.row(of: $0) != nil }
            let classNames = pairs.labels?.classNames ?? []
            return try pairs.listing(
                dataset: name, classNames: classNames, requiresMasks: false
            ) { (image) throws(DatasetError) in
                let row = pairs.labels?.row(of: image)
                let index = row?.className.flatMap { classNames.firstIndex(of: $0) }
                return (index, row?.patient ?? patients[image], row?.split)
            }
        }
    }
}
