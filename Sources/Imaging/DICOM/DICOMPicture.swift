import Domain

/// What a DICOM file says about its picture: PS3.3 section C.7.6.3.
struct DICOMPicture {
    /// What samples mean.
    enum Meaning: Equatable {
        /// One sample: the smallest is black, or white.
        case gray(isInverted: Bool)
        case rgb
        /// Luma and two chromas.
        case ycbcr
    }

    let width, height: Int
    let samples: Int
    let bitsAllocated, bitsStored, highBit: Int
    let isSigned: Bool
    let isPlanar: Bool
    let meaning: Meaning
    let spacing: PixelSpacing?

    /// - Throws: what is missing, makes no sense or is not read, before anything is decoded.
    init(_ set: DICOMDataSet, file: String, limit: Int) throws(ImagingError) {
        func refused(_ reason: String, _ advice: String) -> ImagingError {
            .unsupported(file: file, format: "DICOM", reason: reason, advice: advice)
        }
        func needed(_ tag: DICOMTag, _ name: String) throws(ImagingError) -> Int {
            guard let value = set.number(tag), value > 0 else {
                throw .damaged(file: file, reason: "it has no \(name) \(tag.text)")
            }
            return value
        }
        guard set.pixels != nil else {
            throw refused("holds no picture", "give it a folder of its own")
        }
        height = try needed(.rows, "Rows")
        width = try needed(.columns, "Columns")
        bitsAllocated = try needed(.bitsAllocated, "Bits Allocated")
        bitsStored = set.number(.bitsStored) ?? bitsAllocated
        highBit = set.number(.highBit) ?? bitsStored - 1
        isSigned = set.number(.isSigned) == 1
        samples = set.number(.samples) ?? 1
        isPlanar = set.number(.planar) == 1
        spacing = Self.spacing(set)
        let frames = set.decimals(.frames).first ?? 1
        guard frames <= 1 else {
            throw refused(
                "holds \(frames < 1e6 ? String(Int(frames)) : "many") pictures (frames)",
                "write each into a file of its own, for example with dcmj2pnm --all-frames (dcmtk)")
        }
        guard width <= limit / height else {
            throw .tooLarge(file: file, width: width, height: height, limit: limit)
        }
        guard bitsAllocated == 8 || bitsAllocated == 16 else {
            throw refused(
                "stores \(bitsAllocated) bits a sample",
                "convert it to 8 or 16 bits, for example with gdcmconv")
        }
        guard 1...bitsAllocated ~= bitsStored, bitsStored - 1..<bitsAllocated ~= highBit else {
            throw .damaged(
                file: file,
                reason: "it stores \(bitsStored) bits up to bit \(highBit) in \(bitsAllocated)")
        }
        let name = set.text(.photometric)?.uppercased() ?? "MONOCHROME2"
        switch (samples, name) {
        case (1, "MONOCHROME1"): meaning = .gray(isInverted: true)
        case (1, "MONOCHROME2"): meaning = .gray(isInverted: false)
        case (3, "RGB"), (3, "YBR_RCT"), (3, "YBR_ICT"): meaning = .rgb
        case (3, "YBR_FULL"), (3, "YBR_FULL_422"): meaning = .ycbcr
        default:
            throw refused(
                name == "PALETTE COLOR"
                    ? "has a table of colours" : "is neither gray nor RGB nor YBR_FULL",
                "convert it to gray, for example with dcmj2pnm (dcmtk)")
        }
        guard samples == 1 || (bitsAllocated == 8 && bitsStored == 8) else {
            throw refused("has colours of more than 8 bits", "convert it to gray")
        }
        if name == "YBR_FULL_422", set.syntax.coding != .jpeg, set.syntax.coding != .jpeg2000 {
            throw refused("has colours at half resolution", "convert it to gray")
        }
    }

    /// Of the patient, else of the detector; nil unless both numbers are some.
    private static func spacing(_ set: DICOMDataSet) -> PixelSpacing? {
        for tag in [DICOMTag.spacing, .detectorSpacing] {
            let values = set.decimals(tag)
            guard values.count == 2, values.allSatisfy({ $0 > 0 && $0.isFinite }) else { continue }
            return PixelSpacing(rows: values[0], columns: values[1])
        }
        return nil
    }

    /// Bytes of a sample.
    var sampleBytes: Int { bitsAllocated / 8 }
    /// Samples in all.
    var count: Int { width * height * samples }
}
