public import Foundation

/// A format of image files: how it is told, and how it is read.
///
/// One format is one file that ends with its entry, and one line of `ImageFormatRegistry`.
public struct ImageFormat: Sendable {
    /// What people call it: `PNG`.
    public let name: String
    /// Endings that its files usually have, in lower case; they never decide how a file is read.
    public let endings: [String]
    /// How a file of it becomes one that is read, for messages: `convert it to PNG`.
    public let advice: String
    /// The library that reads it; nil where none is needed.
    public let library: Library?
    /// Whether its files often have no ending, or one that says nothing.
    public let comesWithoutEnding: Bool
    /// Whether a file with these bytes and this name is one.
    let recognises: @Sendable (_ bytes: ArraySlice<UInt8>, _ name: String) -> Bool
    /// How it is read; nil for a format that is only called by its name.
    let reader: Reader?

    init(
        _ name: String, endings: [String], advice: String = "convert it to PNG",
        library: Library? = nil, comesWithoutEnding: Bool = false, reader: Reader?,
        recognises: @escaping @Sendable (_ bytes: ArraySlice<UInt8>, _ name: String) -> Bool
    ) {
        self.name = name
        self.endings = endings
        self.advice = advice
        self.library = library
        self.comesWithoutEnding = comesWithoutEnding
        self.reader = reader
        self.recognises = recognises
    }

    /// What a program can be built without.
    public struct Library: Sendable, Equatable {
        /// Its own name.
        public let name: String
        /// Debian's package of it.
        public let package: String
        /// What it reads, for people.
        public let purpose: String
        /// Whether this program was built with it.
        public let isThere: Bool
    }

    /// How a format is read. Every function refuses more than `limit` pixels before it asks for
    /// memory, and whatever the bytes are, it answers or throws.
    struct Reader: Sendable {
        typealias Header =
            @Sendable (_ bytes: [UInt8], _ name: String, _ limit: Int) throws(ImagingError) ->
            ImageInfo
        typealias Pixels =
            @Sendable (_ bytes: [UInt8], _ name: String, _ limit: Int) throws(ImagingError) ->
            GrayImage
        typealias Plane =
            @Sendable (_ bytes: [UInt8], _ name: String, _ limit: Int, _ plane: ColourPlane)
            throws(ImagingError) -> GrayImage
        typealias Reduction =
            @Sendable (_ bytes: [UInt8], _ name: String, _ width: Int, _ height: Int)
            throws(ImagingError) -> ReducedImage
        typealias Mask =
            @Sendable (_ bytes: [UInt8], _ name: String, _ limit: Int) throws(ImagingError) ->
            NumberedMask

        let info: Header
        let decode: Pixels
        /// Without the whole image in memory; nil where that is not possible.
        var reduce: Reduction?
        /// Nil where the format changes values, so that no mask survives in it.
        var mask: Mask?
        /// One plane of the colours; nil where no file of the format has any.
        var plane: Plane?
    }
}

/// A mask's file: the number of every pixel's value, and the values.
struct NumberedMask {
    let info: ImageInfo
    let numbers: [UInt8]
    let values: MaskValues

    init(_ info: ImageInfo, _ numbers: [UInt8], _ values: MaskValues) {
        self.info = info
        self.numbers = numbers
        self.values = values
    }

    /// A gray image whose values are the mask's.
    init(_ info: ImageInfo, gray: GrayImage) {
        self.info = info
        (numbers, values) = MaskValues.numbered(gray)
    }
}

extension ImageFormat {
    /// Bytes that suffice to tell a format.
    static let head = 160

    /// The format of a file in memory; nil where it is of none.
    static func of(_ bytes: [UInt8], name: String) -> ImageFormat? {
        let head = bytes.prefix(head)
        return ImageFormatRegistry.all.first { $0.recognises(head, name) }
    }

    /// The format of a file on disk; nil where it cannot be read or is of none.
    public static func of(_ file: URL) -> ImageFormat? {
        ImageFile.head(of: file, count: head).flatMap { of($0, name: file.lastPathComponent) }
    }

    /// Whether images of it can be read, by a program built with every library.
    public var isRead: Bool { reader != nil }
    /// Whether masks of it can be read.
    public var isReadAsMask: Bool { reader?.mask != nil }

    /// The format of a file in memory, and how it is read.
    static func reading(_ bytes: [UInt8], name: String) throws(ImagingError) -> (
        format: ImageFormat, reader: Reader
    ) {
        if bytes.isEmpty { throw .empty(file: name) }
        guard let format = of(bytes, name: name) else {
            throw .wrongFormat(
                file: name, expected: "an image (\(ImageFormatRegistry.list(joining: "or")))",
                found: ImagingError.start(of: bytes))
        }
        guard let reader = format.reader else {
            throw .foreignFormat(file: name, format: format.name, advice: format.advice)
        }
        return (format, reader)
    }

    /// Whether `head` starts with these bytes.
    static func starting(
        with magic: [UInt8]
    ) -> @Sendable (_ bytes: ArraySlice<UInt8>, _ name: String) -> Bool {
        { bytes, _ in bytes.starts(with: magic) }
    }
}
