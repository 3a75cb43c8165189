internal import CImageCodecs

/// A drawn mask: which pixels of a file are inside.
///
/// The one way in which Lightbox reads a mask, whatever it is for. A file has two values, outside
/// and inside, or one: black and white in any bit depth, 0 and 1, black and one colour, transparent
/// and opaque. The brighter of the two is inside; a transparent pixel is outside, whatever colour
/// it hides. A file with more values is refused: it shows several structures, or it was blurred.
/// Where a table says what each value shows, `LabelMap` reads the file instead.
public struct MaskImage: Sendable, Equatable {
    /// What the file says about itself.
    public let info: ImageInfo
    /// `height * width` of 0 or 1, row by row.
    public let pixels: [UInt8]
    /// The value of inside; nil where nothing is inside.
    public let inside: MaskValue?
    /// The gray of inside where outside is black, else 1: the unit of the area average.
    private let level: UInt16

    /// Columns, in pixels.
    public var width: Int { info.width }
    /// Rows, in pixels.
    public var height: Int { info.height }
    /// Whether any pixel is inside.
    public var hasInside: Bool { inside != nil }

    /// Reads a file in memory; `name` is its path.
    /// - Throws: `ImagingError.notMask` for a file with more than two values, `lossyMask` for one
    ///   whose format changes values.
    public init(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) {
        let found = try ImageFile.mask(bytes, name: name, pixelLimit: pixelLimit)
        info = found.info
        switch found.values.sides {
        case .success(let sides):
            level = sides.level
            inside = sides.inside
            let table = sides.isInside
            pixels = found.numbers.map { table[Int($0)] }
        case .failure(let fault):
            throw .notMask(file: name, values: found.values.text, reason: fault.reason)
        }
    }

    /// A part of a label map.
    init(info: ImageInfo, pixels: [UInt8], inside: MaskValue?) {
        self.info = info
        self.pixels = pixels
        self.inside = inside
        level = 1
    }

    /// Whether inside and outside are mixed like noise: neighbours differ nearly as often as they
    /// would by chance. Lines of one pixel do so too, but cover little.
    public var isNoise: Bool {
        let inside = Double(pixels.reduce(0) { $0 + Int($1) }) / Double(max(pixels.count, 1))
        guard width >= 8, height >= 8, (0.1...0.9).contains(inside) else { return false }
        var changes = 0
        for row in 0..<height {
            for index in row * width..<(row + 1) * width {
                if (index + 1) % width > 0 { changes += Int(pixels[index] ^ pixels[index + 1]) }
                if row + 1 < height { changes += Int(pixels[index] ^ pixels[index + width]) }
            }
        }
        let pairs = Double((width - 1) * height + width * (height - 1))
        return Double(changes) > 0.6 * pairs * 2 * inside * (1 - inside)
    }

    /// The share of each of `width * height` target pixels that is inside, by area average.
    public func coverage(width: Int, height: Int) -> [Float] {
        if width == self.width, height == self.height { return pixels.map(Float.init) }
        // In the file's own gray: the releases' masks round as they did when results were made.
        let level = level
        let image = GrayImage(
            width: self.width, height: self.height, maximum: level,
            pixels: pixels.map { UInt16($0) * level })
        let means = AreaAverage.reduce(image, width: width, height: height)
        return means.map { $0 / Float(level) }
    }
}

extension PNG {
    /// The number of every pixel's value, and the values.
    static func mask(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> NumberedMask {
        try open(bytes, name, pixelLimit) { reader in
            let info = reader.info
            let count = info.width * info.height
            var status = CODEC_OK
            var message = CodecMessage()
            var values = codec_values()
            let numbers = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
                buffer.initialize(repeating: 0)
                status = message.fill {
                    codec_png_mask(reader.handle, buffer.baseAddress, &values, $0)
                }
                initialised = count
            }
            if let error = reader.error(status, message) { return .failure(error) }
            return .success(
                NumberedMask(info, numbers, MaskValues(values, maximum: info.maximum)))
        }
    }
}

extension GIF {
    /// The number of every pixel's value, and the values.
    static func mask(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> NumberedMask {
        var header = codec_info()
        var pixels: UnsafeMutablePointer<UInt8>?
        var values = codec_values()
        var message = CodecMessage()
        let status = message.fill {
            codec_gif_mask(
                bytes, bytes.count, UInt64(pixelLimit), &header, &pixels, &values, $0)
        }
        defer { codec_free(pixels) }
        if let error = failure(status, bytes, header, name, pixelLimit, message) { throw error }
        guard let pixels else { throw .outOfMemory(file: name) }
        let count = Int(header.width) * Int(header.height)
        return NumberedMask(
            ImageInfo(header), Array(UnsafeBufferPointer(start: pixels, count: count)),
            MaskValues(values, maximum: header.maximum))
    }
}
