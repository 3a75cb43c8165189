internal import CImageCodecs

/// The samples of a DICOM file's picture, as stored; components innermost.
struct DICOMSamples {
    private let set: DICOMDataSet
    private let picture: DICOMPicture
    private let file: String
    private let plane: ColourPlane

    init(_ set: DICOMDataSet, _ picture: DICOMPicture, file: String, plane: ColourPlane) {
        self.set = set
        self.picture = picture
        self.file = file
        self.plane = plane
    }

    /// Samples, or the plane that a JPEG of colours has become.
    enum Decoded {
        case samples([UInt16])
        case plane([UInt16])
    }

    /// Undoes the compression.
    func decode() throws(ImagingError) -> Decoded {
        switch (set.pixels, set.syntax.coding) {
        case (.plain(let range, let isWords), .native):
            return .samples(try native(range, isWords: isWords))
        case (.coded(let pieces), let coding) where coding != .native:
            let bytes = Array(pieces.map { set.bytes[$0] }.joined())
            try refuseLies(bytes.count, coding)
            switch coding {
            case .runLengths:
                return .samples(try RunLengths(bytes, picture, file: file).decode())
            case .jpeg: return try jpeg(bytes)
            case .losslessJPEG:
                return .samples(try LosslessJPEG(bytes, picture, file: file).decode())
            case .jpegLS:
                return .samples(try JPEGLS(bytes, picture, file: file).decode())
            default: return .samples(try jpeg2000(bytes))
            }
        default:
            throw .damaged(
                file: file, reason: "its picture is not compressed as its transfer syntax says")
        }
    }

    /// Throws where no file of that length could hold so many samples, so that no memory is asked
    /// for them.
    private func refuseLies(_ count: Int, _ coding: TransferSyntax.Coding) throws(ImagingError) {
        // Two bytes of run lengths become 128 at most; the others may say little about much.
        let most =
            coding == .runLengths ? 64 * count / picture.sampleBytes : 1 << 24 + 4096 * count
        guard picture.count <= most else {
            throw .damaged(
                file: file, reason: "it declares more pixels than the file can hold")
        }
    }

    private func native(_ range: Range<Int>, isWords: Bool) throws(ImagingError) -> [UInt16] {
        let needed = picture.count * picture.sampleBytes
        guard range.count >= needed else {
            throw .truncated(
                file: file, reason: "its picture has \(range.count) bytes, expected \(needed)")
        }
        let start = range.lowerBound
        let (pixels, parts) = (picture.width * picture.height, picture.samples)
        let isSwapped = set.isBigEndian && isWords
        return set.bytes.withUnsafeBufferPointer { bytes in
            (0..<picture.count).map { index in
                let place =
                    picture.isPlanar && parts > 1
                    ? index % parts * pixels + index / parts : index
                guard picture.sampleBytes == 2 else {
                    // Words of a big-endian file hold their two bytes the other way round.
                    return UInt16(bytes[start + min(isSwapped ? place ^ 1 : place, needed - 1)])
                }
                let first = UInt16(bytes[start + 2 * place])
                let second = UInt16(bytes[start + 2 * place + 1])
                return set.isBigEndian ? first << 8 | second : second << 8 | first
            }
        }
    }

    private func jpeg(_ bytes: [UInt8]) throws(ImagingError) -> Decoded {
        let image: GrayImage
        do throws(ImagingError) {
            image = try JPEG.stored(
                bytes, name: file, pixelLimit: picture.width * picture.height,
                colours: picture.meaning == .rgb ? .rgb : .ycbcr, plane: plane)
        } catch {
            throw error.inDICOM(file)
        }
        guard image.width == picture.width, image.height == picture.height else { throw strange }
        return picture.samples == 1 ? .samples(image.pixels) : .plane(image.pixels)
    }

    private func jpeg2000(_ bytes: [UInt8]) throws(ImagingError) -> [UInt16] {
        let library = DICOM.jpeg2000
        guard library.isThere else {
            throw .missingLibrary(
                file: file, format: "DICOM (\(library.purpose))", library: library)
        }
        var extents = codec_extents(
            width: UInt32(picture.width), height: UInt32(picture.height),
            components: UInt32(picture.samples))
        var status = CODEC_OK
        var message = CodecMessage()
        let samples = [Int32](unsafeUninitializedCapacity: picture.count) { buffer, count in
            buffer.initialize(repeating: 0)
            status = message.fill { text in
                codec_jpeg2000_decode(
                    bytes, bytes.count, &extents, buffer.baseAddress, text)
            }
            count = picture.count
        }
        switch status {
        case CODEC_OK: return samples.map { UInt16(truncatingIfNeeded: $0) }
        case CODEC_TRUNCATED:
            throw .truncated(file: file, reason: "its picture ends early")
        case CODEC_NO_MEMORY: throw .outOfMemory(file: file)
        default:
            throw .damaged(
                file: file, reason: "its \(library.purpose) picture is broken (\(message.text))")
        }
    }

    private var strange: ImagingError {
        .damaged(file: file, reason: "the picture in it has other extents")
    }
}

extension ImagingError {
    /// The error of a JPEG inside a DICOM file, said of the whole.
    fileprivate func inDICOM(_ file: String) -> ImagingError {
        switch self {
        case .unsupported(_, _, let reason, _):
            .unsupported(
                file: file, format: "DICOM",
                reason: "holds a JPEG that \(reason)", advice: DICOM.uncompress)
        case .missingLibrary(_, _, let library):
            .missingLibrary(file: file, format: "DICOM (JPEG)", library: library)
        case .truncated, .empty: .truncated(file: file, reason: "its picture ends early")
        case .outOfMemory: self
        default: .damaged(file: file, reason: "its JPEG picture is broken")
        }
    }
}
