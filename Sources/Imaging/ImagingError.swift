/// What can be wrong with an image file; `file` is its path or the name given for its bytes.
public enum ImagingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file cannot be opened or read.
    case unreadable(file: String, reason: String)
    /// There are no bytes in it.
    case empty(file: String)
    /// It does not start like a file of its format.
    case wrongFormat(file: String, expected: String, found: String)
    /// It is an image of a format that is not read.
    case foreignFormat(file: String, format: String, advice: String)
    /// It is a kind of its format that is not read; `reason` begins with a verb.
    case unsupported(file: String, format: String, reason: String, advice: String)
    /// This program was built without the library that reads it.
    case missingLibrary(file: String, format: String, library: ImageFormat.Library)
    /// It stands for a mask, in a format that changes values.
    case lossyMask(file: String, format: String)
    /// It ends before its pixels do.
    case truncated(file: String, reason: String)
    /// Its content contradicts itself.
    case damaged(file: String, reason: String)
    /// It declares more pixels than the limit, and was not decoded.
    case tooLarge(file: String, width: Int, height: Int, limit: Int)
    /// It has the wrong number of bytes for its format.
    case wrongSize(file: String, found: Int, expected: String)
    /// A mask's file has other values than one for outside and one for inside.
    case notMask(file: String, values: String, reason: String)
    /// A label map has values of which `table` does not say what they show.
    case unknownLabels(file: String, values: [String], table: String)
    /// A label map's values may mean two things.
    case ambiguousLabels(file: String, reason: String)
    /// Memory ran out while decoding or encoding it.
    case outOfMemory(file: String)
    /// It cannot be written.
    case unwritable(file: String, reason: String)

    /// The file that it is about.
    package var file: String {
        switch self {
        case .unreadable(let file, _), .empty(let file), .wrongFormat(let file, _, _),
            .foreignFormat(let file, _, _), .unsupported(let file, _, _, _),
            .missingLibrary(let file, _, _), .lossyMask(let file, _), .truncated(let file, _),
            .damaged(let file, _), .tooLarge(let file, _, _, _), .wrongSize(let file, _, _),
            .notMask(let file, _, _), .unknownLabels(let file, _, _),
            .ambiguousLabels(let file, _), .outOfMemory(let file), .unwritable(let file, _):
            file
        }
    }

    /// One sentence: which file, what was found, what was expected.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "cannot read \(file): \(reason)"
        case .empty(let file): "\(file) is empty (zero bytes), expected an image"
        case .wrongFormat(let file, let expected, let found):
            "\(file) is not \(expected): it starts with \(found)"
        case .foreignFormat(let file, let format, let advice):
            "\(file): this is a \(format) file, which is not read; \(advice)"
        case .unsupported(let file, let format, let reason, let advice):
            "\(file): this \(format) file \(reason), which is not read; \(advice)"
        case .missingLibrary(let file, let format, let library):
            "\(file): this is a \(format) file, and the program was built without \(library.name); "
                + "install \(library.package) (make deps) and build it again, or convert the file to "
                + "PNG"
        case .lossyMask(let file, let format):
            "\(file) is compressed as \(format), which changes values near edges, so it cannot be a "
                + "mask; write masks as PNG or GIF"
        case .truncated(let file, let reason): "\(file) is truncated: \(reason)"
        case .damaged(let file, let reason): "\(file) is damaged: \(reason)"
        case .tooLarge(let file, let width, let height, let limit):
            "\(file) declares \(width) x \(height) pixels, more than the limit of \(limit) pixels"
        case .wrongSize(let file, let found, let expected):
            "\(file) has \(found) bytes, expected \(expected)"
        case .notMask(let file, let values, let reason):
            "\(file) is no mask of one structure: its values are \(values), expected two, such as 0 "
                + "and 255; \(reason)"
        case .unknownLabels(let file, let values, let table):
            "\(file) has \(LabelMap.list(values)), which \(table) does not name; name what they "
                + "show, or 'background'"
        case .ambiguousLabels(let file, let reason): "\(file): \(reason)"
        case .outOfMemory(let file): "memory ran out while working on \(file)"
        case .unwritable(let file, let reason): "cannot write \(file): \(reason)"
        }
    }
}
