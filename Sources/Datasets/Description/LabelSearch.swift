package import Foundation
package import Imaging

/// Which table says what the values of a mask's file show, wherever the file is named.
package enum LabelSearch {
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
