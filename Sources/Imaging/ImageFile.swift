import Files
public import Foundation

/// Image files on disk, told apart by their content (PNG, GIF) or their name (`.IMG`).
public enum ImageFile {
    /// Files above this many bytes are not read: twice a full radiograph without compression.
    public static let byteLimit = 1 << 28

    /// The formats that are read.
    public enum Format: String, Sendable, Codable {
        /// Portable Network Graphics.
        case png
        /// Graphics Interchange Format.
        case gif
        /// Headerless JSRT pixels.
        case jsrt
    }

    /// Reads a whole file. Folders, devices and pipes are refused, and so is anything above
    /// `byteLimit`.
    public static func bytes(of url: URL) throws(ImagingError) -> [UInt8] {
        let path = url.path
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(file: path, reason: reason(errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(file: path, reason: reason(errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(file: path, reason: "it is not a regular file")
        }
        let size = Int(status.st_size)
        guard size <= byteLimit else {
            throw .unreadable(
                file: path, reason: "it has \(size) bytes, more than the limit of \(byteLimit)")
        }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            filled = 0
            while filled < size, let base = buffer.baseAddress {
                let count = read(descriptor, base + filled, size - filled)
                if count < 0 && errno == EINTR { continue }
                if count < 0 { failure = errno }
                if count <= 0 { break }
                filled += count
            }
        }
        if failure != 0 { throw .unreadable(file: path, reason: reason(failure)) }
        return bytes
    }

    /// The format of a file from its first bytes, else from its name.
    public static func format(of bytes: [UInt8], name: String) -> Format {
        if bytes.starts(with: [0x47, 0x49, 0x46, 0x38]) { return .gif }
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) { return .png }
        return name.lowercased().hasSuffix(".img") ? .jsrt : .png
    }

    /// The header of an image in memory; `name` is its path.
    public static func info(_ bytes: [UInt8], name: String) throws(ImagingError) -> ImageInfo {
        switch format(of: bytes, name: name) {
        case .png: try PNG.info(bytes, name: name)
        case .gif: try GIF.info(bytes, name: name)
        case .jsrt: try JSRTImage.info(bytes, name: name)
        }
    }

    /// All pixels of an image in memory; `name` is its path.
    public static func decode(_ bytes: [UInt8], name: String) throws(ImagingError) -> GrayImage {
        switch format(of: bytes, name: name) {
        case .png: try PNG.decode(bytes, name: name)
        case .gif: try GIF.decode(bytes, name: name)
        case .jsrt: try JSRTImage.decode(bytes, name: name)
        }
    }

    /// An image in memory reduced by area average; `name` is its path.
    public static func reduce(
        _ bytes: [UInt8], name: String, width: Int, height: Int
    ) throws(ImagingError) -> ReducedImage {
        if format(of: bytes, name: name) == .png {
            return try PNG.reduce(bytes, name: name, width: width, height: height)
        }
        let info = try info(bytes, name: name)
        let image = try decode(bytes, name: name)
        return ReducedImage(
            info: info, width: width, height: height,
            values: AreaAverage.reduce(image, width: width, height: height),
            largest: image.pixels.max() ?? 0)
    }

    /// Writes bytes through a temporary file in the same folder, so that no reader sees half.
    ///
    /// What a verb writes for its user goes through `OutputRule` instead.
    public static func write(_ bytes: [UInt8], to url: URL) throws(ImagingError) {
        do throws(OutputError) {
            let file = try OutputFile(url.path, isDurable: false)
            try file.write(bytes)
            try file.commit()
        } catch {
            guard case .failed(let path, let reason) = error else {
                throw .unwritable(file: url.path, reason: error.description)
            }
            throw .unwritable(file: path, reason: reason)
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
