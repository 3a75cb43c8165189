/// Every format that Lightbox knows; a new one is one file and one line here.
///
/// The first that recognises a file has it.
public enum ImageFormatRegistry {
    /// All formats. Those told by their first bytes stand before those told otherwise.
    public static let all: [ImageFormat] = [
        .png, .gif, .jpeg, .tiff, .bmp, .dicom, .jsrt,
    ]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The format of that name.
    public static func find(_ name: String) -> ImageFormat? { all.first { $0.name == name } }

    /// The formats that are read.
    public static var read: [ImageFormat] { all.filter(\.isRead) }

    /// Libraries that a program can be built without.
    public static var libraries: [ImageFormat.Library] {
        all.compactMap(\.library) + DICOM.libraries
    }

    /// What is read, for people: `PNG, GIF, JPEG, DICOM and IMG`.
    public static func list(joining word: String = "and") -> String {
        let names = read.map(\.name)
        return names.dropLast().joined(separator: ", ") + " \(word) " + (names.last ?? "")
    }
}
