/// DICOM's run lengths: PS3.5 annex G. A segment for each byte of each sample, PackBits in each.
struct RunLengths {
    private let bytes: [UInt8]
    private let picture: DICOMPicture
    private let file: String

    init(_ bytes: [UInt8], _ picture: DICOMPicture, file: String) {
        self.bytes = bytes
        self.picture = picture
        self.file = file
    }

    /// The samples, components innermost.
    func decode() throws(ImagingError) -> [UInt16] {
        let parts = picture.samples
        let planes = parts * picture.sampleBytes
        guard bytes.count >= 64, word(0) == planes else {
            throw .damaged(file: file, reason: "its run lengths are not those of its samples")
        }
        var samples = [UInt16](repeating: 0, count: picture.count)
        for plane in 0..<planes {
            let start = word(4 * (plane + 1))
            let end = plane + 1 < planes ? word(4 * (plane + 2)) : bytes.count
            guard 64...bytes.count ~= start, start...bytes.count ~= end else {
                throw .damaged(file: file, reason: "its run lengths lie outside the picture")
            }
            // The high bytes of a sample stand before the low ones.
            let part = plane / picture.sampleBytes
            let isHigh = picture.sampleBytes == 2 && plane % 2 == 0
            let filled = unpack(bytes[start..<end], part, parts, isHigh ? 8 : 0, &samples)
            guard filled == picture.width * picture.height else {
                throw .truncated(file: file, reason: "its picture ends early")
            }
        }
        return samples
    }

    /// Adds the bytes of a segment to the samples of a component; gives how many there were.
    private func unpack(
        _ segment: ArraySlice<UInt8>, _ part: Int, _ parts: Int, _ shift: UInt16,
        _ samples: inout [UInt16]
    ) -> Int {
        let pixels = picture.width * picture.height
        var (place, filled) = (segment.startIndex, 0)
        while place < segment.endIndex, filled < pixels {
            let code = Int8(bitPattern: segment[place])
            place += 1
            if code == -128 { continue }
            let isRun = code < 0
            let count = isRun ? 1 - Int(code) : Int(code) + 1
            guard place + (isRun ? 1 : count) <= segment.endIndex else { return filled }
            for i in 0..<min(count, pixels - filled) {
                let byte = UInt16(segment[place + (isRun ? 0 : i)])
                samples[(filled + i) * parts + part] |= byte << shift
            }
            filled += min(count, pixels - filled)
            place += isRun ? 1 : count
        }
        return filled
    }

    private func word(_ place: Int) -> Int {
        (0..<4).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
    }
}
