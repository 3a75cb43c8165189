/// The elements of a DICOM file that are read. The rest is passed over, unread.
enum DICOMTag: UInt32 {
    case transferSyntax = 0x0002_0010
    case patientName = 0x0010_0010
    case patientID = 0x0010_0020
    case birthDate = 0x0010_0030
    case detectorSpacing = 0x0018_1164
    case samples = 0x0028_0002
    case photometric = 0x0028_0004
    case planar = 0x0028_0006
    case frames = 0x0028_0008
    case rows = 0x0028_0010
    case columns = 0x0028_0011
    case spacing = 0x0028_0030
    case bitsAllocated = 0x0028_0100
    case bitsStored = 0x0028_0101
    case highBit = 0x0028_0102
    case isSigned = 0x0028_0103
    case rescaleIntercept = 0x0028_1052
    case rescaleSlope = 0x0028_1053
    case modalityTable = 0x0028_3000
    case tableDescriptor = 0x0028_3002
    case tableData = 0x0028_3006
    case pixels = 0x7FE0_0010

    /// As the standard writes it, behind the element's name: `Rows (0028,0010)`.
    var text: String {
        func hex(_ value: UInt32) -> String {
            let digits = String(value, radix: 16, uppercase: true)
            return String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "(\(hex(rawValue >> 16)),\(hex(rawValue & 0xFFFF)))"
    }

    static let item: UInt32 = 0xFFFE_E000
    static let itemEnd: UInt32 = 0xFFFE_E00D
    static let sequenceEnd: UInt32 = 0xFFFE_E0DD
}
