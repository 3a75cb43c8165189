/// JPEG-LS, ISO/IEC 14495-1: lossless and near-lossless, 2 to 16 bits, every way of interleaving.
///
/// Restarts, tables of values, point transforms and colour transforms, which DICOM does not use, are
/// refused.
struct JPEGLS {
    private let bytes: [UInt8]
    private let picture: DICOMPicture
    private let file: String
    private var precision = 0
    private var components: [UInt8] = []
    private var presets: [Int]?

    init(_ bytes: [UInt8], _ picture: DICOMPicture, file: String) {
        self.bytes = bytes
        self.picture = picture
        self.file = file
    }

    /// The samples, components innermost.
    func decode() throws(ImagingError) -> [UInt16] {
        var reader = self
        return try reader.read()
    }

    private func damaged(_ reason: String) -> ImagingError {
        .damaged(file: file, reason: "its JPEG-LS picture is broken: \(reason)")
    }

    private mutating func read() throws(ImagingError) -> [UInt16] {
        var segments = try JPEGSegments(bytes, file: file)
        var samples = [UInt16](repeating: 0, count: picture.count)
        var decoded = 0
        while decoded == 0 || decoded < components.count {
            let (marker, body) = try segments.next()
            switch marker {
            case 0xF7: try readFrame(body)
            case 0xF8: try readPresets(body)
            case 0xDA:
                decoded += try readScan(body, at: &segments.position, from: decoded, &samples)
            case 0xDD where body.contains { $0 != 0 }: throw damaged("it has restarts")
            case 0xE8 where body.starts(with: Array("mrfx".utf8)) && body.last != 0:
                throw damaged("its colours are transformed")
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                throw damaged("it is another kind of JPEG")
            default: break
            }
        }
        return samples
    }

    private mutating func readFrame(_ body: [UInt8]) throws(ImagingError) {
        guard body.count >= 6, body.count >= 6 + 3 * Int(body[5]) else {
            throw damaged("its frame is cut short")
        }
        precision = Int(body[0])
        let height = Int(body[1]) << 8 | Int(body[2])
        let width = Int(body[3]) << 8 | Int(body[4])
        let count = Int(body[5])
        guard height == picture.height, width == picture.width, count == picture.samples,
            2...16 ~= precision
        else { throw damaged("the picture in it has other extents") }
        components = (0..<count).map { body[6 + 3 * $0] }
    }

    private mutating func readPresets(_ body: [UInt8]) throws(ImagingError) {
        guard body.count >= 11, body[0] == 1 else { throw damaged("its parameters are not known") }
        presets = (0..<5).map { Int(body[1 + 2 * $0]) << 8 | Int(body[2 + 2 * $0]) }
    }

    /// Reads a scan that lies behind `position`; gives how many components it holds.
    private func readScan(
        _ body: [UInt8], at position: inout Int, from first: Int, _ samples: inout [UInt16]
    ) throws(ImagingError) -> Int {
        let parts = body.first.map(Int.init) ?? 0
        guard parts > 0, body.count >= 4 + 2 * parts, first + parts <= components.count,
            (0..<parts).allSatisfy({ body[1 + 2 * $0] == components[first + $0] })
        else { throw damaged("its scan holds other components") }
        let (near, mode) = (Int(body[1 + 2 * parts]), body[2 + 2 * parts])
        guard body[3 + 2 * parts] == 0, (0..<parts).allSatisfy({ body[2 + 2 * $0] == 0 }),
            mode <= 2, mode > 0 || parts == 1
        else { throw damaged("its scan is of a kind that is not read") }
        guard let model = JPEGLSModel(precision: precision, near: near, presets: presets) else {
            throw damaged("its parameters make no sense")
        }
        var scan = JPEGLSScan(
            bytes, from: position, model: model, width: picture.width, parts: parts,
            isBySample: mode == 2 && parts > 1)
        for row in 0..<picture.height {
            guard scan.readRow() else {
                throw .truncated(file: file, reason: "its picture ends early, or is broken")
            }
            scan.store(in: &samples, row: row, first: first, of: components.count)
        }
        position = scan.end
        return parts
    }
}
