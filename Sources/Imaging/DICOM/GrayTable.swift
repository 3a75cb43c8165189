/// From a stored sample to the gray that is taken for it: PS3.3 sections C.7.6.3 and C.11.1.
///
/// Gray counts from 0, the smallest value that the file's bits can hold, and bright is always large:
/// the modality's table is applied where there is one; of slope and intercept only the slope's sign
/// matters, since the rest shifts and stretches all values alike; MONOCHROME1 is turned.
struct GrayTable {
    /// The gray of white.
    let maximum: UInt16
    private let table: [UInt16]

    init(_ picture: DICOMPicture, _ set: DICOMDataSet, file: String) throws(ImagingError) {
        let isDark = picture.meaning == .gray(isInverted: true)
        let bits = picture.bitsStored
        let shift = picture.highBit + 1 - bits
        let mask = (1 << bits) - 1
        let half = picture.isSigned ? 1 << (bits - 1) : 0
        let modality = try Modality(set, isSigned: picture.isSigned, file: file)
        let white = modality?.maximum ?? mask
        let isGray = picture.meaning == .gray(isInverted: isDark)
        let isFalling =
            isGray && modality == nil
            ? try Self.isFalling(set, stored: -half...mask - half, file: file) : false
        let isTurned = isDark != isFalling
        maximum = UInt16(white)
        table = (0..<1 << picture.bitsAllocated).map { raw in
            let stored = raw >> shift & mask
            // The two halves of signed values change places: the smallest becomes 0.
            let ordered = stored ^ half
            let gray = modality.map { $0.gray(of: ordered - half) } ?? ordered
            return UInt16(isTurned ? white - gray : gray)
        }
    }

    /// The gray of a sample as stored.
    subscript(sample: UInt16) -> UInt16 { table[Int(sample)] }

    /// Whether slope and intercept make large values small.
    ///
    /// - Throws: `ImagingError.damaged` where they are no numbers, or make one value of all.
    private static func isFalling(
        _ set: DICOMDataSet, stored: ClosedRange<Int>, file: String
    ) throws(ImagingError) -> Bool {
        func number(_ tag: DICOMTag, _ name: String, otherwise: Double) throws(ImagingError)
            -> Double
        {
            guard let text = set.text(tag) else { return otherwise }
            guard let number = set.decimals(tag).first, number.isFinite else {
                throw .damaged(
                    file: file, reason: "its \(name) \(tag.text) is '\(text.prefix(20))', no number"
                )
            }
            return number
        }
        let slope = try number(.rescaleSlope, "rescale slope", otherwise: 1)
        let intercept = try number(.rescaleIntercept, "rescale intercept", otherwise: 0)
        let first = slope * Double(stored.lowerBound) + intercept
        let last = slope * Double(stored.upperBound) + intercept
        guard first != last, first.isFinite, last.isFinite else {
            throw .damaged(
                file: file,
                reason:
                    "its rescale slope \(slope) and intercept \(intercept) leave no picture: all "
                    + "values become one")
        }
        return last < first
    }

    /// The modality's table: a gray for each stored value from `first` on.
    private struct Modality {
        let first: Int
        let values: [Int]
        let maximum: Int

        init?(_ set: DICOMDataSet, isSigned: Bool, file: String) throws(ImagingError) {
            guard let elements = set.modalityTable else { return nil }
            let described = elements[DICOMTag.tableDescriptor.rawValue].map(set.words) ?? []
            let data = elements[DICOMTag.tableData.rawValue] ?? 0..<0
            guard described.count == 3, 8...16 ~= described[2] else {
                throw .damaged(file: file, reason: "its modality table is not described")
            }
            let count = described[0] == 0 ? 65536 : described[0]
            first =
                isSigned && described[1] >= 32768 ? described[1] - 65536 : described[1]
            maximum = (1 << described[2]) - 1
            let words = set.words(data)
            let found = words.count >= count ? words : set.bytes[data].map(Int.init)
            guard found.count >= count else {
                throw .damaged(file: file, reason: "its modality table is cut short")
            }
            let top = maximum
            values = found.prefix(count).map { min($0, top) }
        }

        func gray(of stored: Int) -> Int {
            values[min(max(stored - first, 0), values.count - 1)]
        }
    }
}
