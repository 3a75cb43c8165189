import Domain
import Foundation
import Imaging

/// What a folder of one's own says about itself in `dataset.yaml`.
///
/// Whatever it leaves out is as in a folder without the file.
struct FolderDescription: Sendable {
    /// The name of the file in the folder.
    static let fileName = "dataset.yaml"

    /// Where the file is.
    let file: URL
    /// What people call the data set, whom to cite and the terms: words only.
    var title, citation, licence: String?
    /// The images.
    var images: FilePlace?
    /// The masks: of one place without a name, else of each structure.
    var masks: [(structure: String?, place: FilePlace)] = []
    /// What the values of label maps show.
    var labels: MaskLabels?
    /// The structures that are trained where none are chosen; what masks of one place show.
    var structures: [String] = []
    /// Whether no pixel belongs to two structures.
    var isExclusive = false
    /// The table of images.
    var table: String?
    /// The table of the division.
    var splitTable: String?
    /// Where an image's class, patient, site and part of the division stand.
    var classes, patients, site, split: FactSource?
    /// Classes as the table or the names write them, and what they are called, in their order.
    var classNames: [(written: String, name: String)] = []
    /// The distance between pixels.
    var spacing: PixelSpacing?

    /// Where a fact about an image stands.
    enum FactSource: Sendable, Hashable {
        /// In a column of the table.
        case column(String)
        /// In the image's name.
        case pattern(NamePattern)
        /// Of every image the same.
        case fixed(String)

        /// The column.
        var column: String? { if case .column(let name) = self { name } else { nil } }

        /// The fact of an image, where its table does not say it.
        func fact(of id: String) -> String? {
            switch self {
            case .column: nil
            case .pattern(let pattern): pattern.match(id)
            case .fixed(let text): text
            }
        }

        /// In words.
        var text: String {
            switch self {
            case .column(let name): "column '\(name)'"
            case .pattern(let pattern): "names as \(pattern.text)"
            case .fixed(let text): "'\(text)'"
            }
        }
    }

    /// The columns of the table that it names.
    var columns: LabelTable.Columns {
        LabelTable.Columns(
            classes: classes?.column, patient: patients?.column, split: split?.column,
            site: site?.column)
    }

    /// Whether a file of the images' folder is an image: its pattern fits, and none that says more, of
    /// masks in the same folder.
    func isImage(_ file: URL) -> Bool {
        guard let images else { return true }
        let rivals = masks.map(\.place).filter { other in
            other.folder == images.folder
                && (other.pattern?.weight ?? 0) > (images.pattern?.weight ?? 0)
        }
        return images.id(of: file) != nil && !rivals.contains { $0.id(of: file) != nil }
    }

    /// Reads the file of a folder; nil where there is none.
    static func of(_ folder: URL) throws(DatasetError) -> FolderDescription? {
        guard let file = folder.item(fileName) else { return nil }
        let bytes = try DatasetError.wrapping { () throws(ImagingError) in
            try ImageFile.bytes(of: file)
        }
        return try DescriptionReader(file: file).read(bytes)
    }
}
