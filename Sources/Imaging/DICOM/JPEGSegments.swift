/// The marker segments before the data of a JPEG's scan.
struct JPEGSegments {
    private let bytes: [UInt8]
    private let file: String
    /// Behind the segment read last.
    var position = 2

    /// - Throws: `.damaged` for what does not begin as a JPEG.
    init(_ bytes: [UInt8], file: String) throws(ImagingError) {
        guard bytes.starts(with: [0xFF, 0xD8]) else {
            throw .damaged(file: file, reason: "its picture is no JPEG")
        }
        self.bytes = bytes
        self.file = file
    }

    /// The next segment.
    mutating func next() throws(ImagingError) -> (marker: UInt8, body: [UInt8]) {
        while position + 1 < bytes.count, bytes[position] == 0xFF, bytes[position + 1] == 0xFF {
            position += 1
        }
        let truncated = ImagingError.truncated(file: file, reason: "its picture ends early")
        guard position + 4 <= bytes.count else { throw truncated }
        guard bytes[position] == 0xFF else {
            throw .damaged(file: file, reason: "its JPEG picture is broken: a marker is missing")
        }
        let marker = bytes[position + 1]
        let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
        let start = position + 4
        guard length >= 2, start + length - 2 <= bytes.count else { throw truncated }
        position = start + length - 2
        return (marker, Array(bytes[start..<position]))
    }
}
