import Files
public import Foundation

/// Image files on disk, told apart by their content, and read by the entry of their format.
public enum ImageFile {
    /// Files above this many bytes are not read: twice a full radiograph without compression.
    public static let byteLimit = 1 << 28

    /// Reads a whole file. Folders, devices and pipes are refused, and so is anything above
    /// `byteLimit`.
    public static func bytes(of url: URL) throws(ImagingError) -> [UInt8] {
        let path = url.path
        let descriptor = try opened(path)
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(file: path, reason: reason(errno))
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

    /// The beginning of a file, `count` bytes at most; nil where `bytes` would throw for what it is.
    public static func head(of url: URL, count: Int) -> [UInt8]? {
        guard let descriptor = try? opened(url.path) else { return nil }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        return (try? handle.read(upToCount: count)).map { Array($0) } ?? []
    }

    /// A regular file, open for reading; never waits for what is none.
    private static func opened(_ path: String) throws(ImagingError) -> CInt {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(file: path, reason: reason(errno)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable(file: path, reason: "it is not a regular file")
        }
        return descriptor
    }

    /// The header of an image in memory; `name` is its path.
    public static func info(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> ImageInfo {
        try ImageFormat.reading(bytes, name: name).reader.info(bytes, name, pixelLimit)
    }

    /// All pixels of an image in memory; `name` is its path.
    public static func decode(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> GrayImage {
        try ImageFormat.reading(bytes, name: name).reader.decode(bytes, name, pixelLimit)
    }

    /// An image in memory reduced by area average; `name` is its path.
    public static func reduce(
        _ bytes: [UInt8], name: String, width: Int, height: Int
    ) throws(ImagingError) -> ReducedImage {
        let reader = try ImageFormat.reading(bytes, name: name).reader
        if let reduce = reader.reduce { return try reduce(bytes, name, width, height) }
        let info = try reader.info(bytes, name, defaultPixelLimit)
        let image = try reader.decode(bytes, name, defaultPixelLimit)
        return ReducedImage(
            info: info, width: width, height: height,
            values: AreaAverage.reduce(image, width: width, height: height),
            largest: image.pixels.max() ?? 0)
    }

    /// Red, green and blue of an image in memory (`channels` 3), or its gray (1); `name` is its path. A
    /// file without colours has its gray as the only plane.
    public static func planes(
        _ bytes: [UInt8], name: String, channels: Int, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> [GrayImage] {
        let reader = try ImageFormat.reading(bytes, name: name).reader
        guard channels > 1, let plane = reader.plane,
            try reader.info(bytes, name, pixelLimit).colour.isColoured
        else { return [try reader.decode(bytes, name, pixelLimit)] }
        var planes: [GrayImage] = []
        for colour in ColourPlane.planes(ofChannels: channels) {
            planes.append(try plane(bytes, name, pixelLimit, colour))
        }
        return planes
    }

    /// What a mask's file in memory shows; `name` is its path.
    static func mask(
        _ bytes: [UInt8], name: String, pixelLimit: Int
    ) throws(ImagingError) -> NumberedMask {
        let (format, reader) = try ImageFormat.reading(bytes, name: name)
        guard let mask = reader.mask else {
            throw .lossyMask(file: name, format: format.name)
        }
        return try mask(bytes, name, pixelLimit)
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
