package import Domain
package import Foundation
package import Imaging

/// What a data set's folder says about one of its files, wherever the file is named.
package enum LabelSearch {
    /// The distance between the pixels of an image: what `dataset.yaml` in its folder, or in the folder
    /// above it, says, else what the file itself does; nil where neither does.
    package static func spacing(
        of image: URL, holding bytes: [UInt8]
    ) throws(DatasetError) -> PixelSpacing? {
        let folder = image.deletingLastPathComponent()
        for candidate in [folder, folder.deletingLastPathComponent()] {
            if let spacing = try FolderDescription.of(candidate)?.spacing { return spacing }
        }
        return (try? ImageFile.info(bytes, name: image.path))?.spacing
    }

    /// The table of the data set that a mask's file or folder lies in: what `dataset.yaml` or
    /// `structures.csv` in its folder, or in the folder above it, says of masks in one place; nil where
    /// masks there show a structure each.
    package static func labels(around place: URL) throws(DatasetError) -> MaskLabels? {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
        let folder =
            isThere && isFolder.boolValue ? place : place.deletingLastPathComponent()
        for candidate in [folder, folder.deletingLastPathComponent()] {
            if let description = try FolderDescription.of(candidate) {
                if let labels = description.labels { return labels }
                if description.masks.contains(where: { $0.structure != nil }) { return nil }
            }
            if let table = candidate.item(StructureTable.fileName) {
                return try StructureTable.read(table)
            }
        }
        return nil
    }
}
