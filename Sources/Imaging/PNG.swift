internal import CImageCodecs

/// PNG files through libpng.
///
/// Every colour type, bit depth, palette, alpha and interlacing is read as one plane, gray unless told:
/// colour becomes Rec. 601 luma, transparent pixels are laid over black, 16 bits stay 16 bits and fewer
/// become 8.
public enum PNG {
    /// Reads the header. `name` stands for the file in errors.
    public static func info(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> ImageInfo {
        try open(bytes, name, pixelLimit) { reader in .success(reader.info) }
    }

    /// Decodes a plane of the whole image.
    public static func decode(
        _ bytes: [UInt8], name: String, plane: ColourPlane = .luma,
        pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> GrayImage {
        try open(bytes, name, pixelLimit) { reader in decode(reader, plane) }
    }

    /// Decodes with libpng alone: the oracle of the quick way that gray images take.
    package static func decodePlainly(
        _ bytes: [UInt8], name: String
    ) throws(ImagingError) -> GrayImage {
        try open(bytes, name, defaultPixelLimit) { reader in
            codec_png_plainly(reader.handle)
            return decode(reader, .luma)
        }
    }

    /// Decodes row by row into an area average of `width` x `height`; only the rows in work are
    /// held in memory, except for interlaced files.
    public static func reduce(
        _ bytes: [UInt8], name: String, width: Int, height: Int,
        pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> ReducedImage {
        try open(bytes, name, pixelLimit) { reader in
            let info = reader.info
            let area = AreaAccumulator(
                width: info.width, height: info.height, outWidth: width, outHeight: height)
            guard let area else { return .failure(.outOfMemory(file: name)) }
            var message = CodecMessage()
            let status = message.fill { codec_png_reduce(reader.handle, area.handle, $0) }
            if let error = reader.error(status, message) { return .failure(error) }
            let (means, largest) = area.finish()
            return .success(
                ReducedImage(
                    info: info, width: width, height: height, values: means, largest: largest))
        }
    }
}

extension PNG {
    /// An open file in memory, valid inside `open`.
    struct Reader {
        let handle: OpaquePointer
        let header: codec_info
        let name: String
        let limit: Int

        var info: ImageInfo { ImageInfo(header) }

        func error(_ status: codec_status, _ message: CodecMessage) -> ImagingError? {
            ImagingError(
                status, file: name, bytes: [], format: "a PNG image", info: header, limit: limit,
                message: message.text)
        }
    }

    private static func decode(
        _ reader: Reader, _ plane: ColourPlane
    ) -> Result<GrayImage, ImagingError> {
        let info = reader.info
        var status = CODEC_OK
        var message = CodecMessage()
        let count = info.width * info.height
        let pixels = [UInt16](unsafeUninitializedCapacity: count) { buffer, initialised in
            buffer.initialize(repeating: 0)
            status = message.fill {
                codec_png_decode(reader.handle, plane.code, buffer.baseAddress, $0)
            }
            initialised = count
        }
        if let error = reader.error(status, message) { return .failure(error) }
        return .success(
            GrayImage(
                width: info.width, height: info.height, maximum: info.maximum, pixels: pixels))
    }

    static func open<Outcome>(
        _ bytes: [UInt8], _ name: String, _ limit: Int,
        _ body: (Reader) -> Result<Outcome, ImagingError>
    ) throws(ImagingError) -> Outcome {
        let result: Result<Outcome, ImagingError> = bytes.withUnsafeBufferPointer { buffer in
            var header = codec_info()
            var handle: OpaquePointer?
            var message = CodecMessage()
            let status = message.fill { text in
                codec_png_open(
                    buffer.baseAddress, buffer.count, UInt64(limit), &handle, &header, text)
            }
            let error = ImagingError(
                status, file: name, bytes: bytes, format: "a PNG image", info: header,
                limit: limit, message: message.text)
            if let error { return .failure(error) }
            guard let handle else { return .failure(.outOfMemory(file: name)) }
            defer { codec_png_close(handle) }
            return body(Reader(handle: handle, header: header, name: name, limit: limit))
        }
        return try result.get()
    }
}

extension ImageFormat {
    /// Portable Network Graphics.
    static let png = ImageFormat(
        "PNG", endings: ["png"],
        reader: Reader(
            info: { (bytes, name, limit) throws(ImagingError) in
                try PNG.info(bytes, name: name, pixelLimit: limit)
            },
            decode: { (bytes, name, limit) throws(ImagingError) in
                try PNG.decode(bytes, name: name, pixelLimit: limit)
            },
            reduce: { (bytes, name, width, height) throws(ImagingError) in
                try PNG.reduce(bytes, name: name, width: width, height: height)
            },
            mask: { (bytes, name, limit) throws(ImagingError) in
                try PNG.mask(bytes, name: name, pixelLimit: limit)
            },
            plane: { (bytes, name, limit, plane) throws(ImagingError) in
                try PNG.decode(bytes, name: name, plane: plane, pixelLimit: limit)
            }),
        recognises: starting(with: [0x89, 0x50, 0x4E, 0x47]))
}
