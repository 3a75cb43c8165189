public import Foundation

/// Formats of images that are not read, told by their first bytes.
public enum ForeignFormat {
    /// Bytes that suffice to tell.
    private static let head = 132

    /// What a person calls the format; nil where the bytes are of none of these.
    static func name(of bytes: some Collection<UInt8>) -> String? {
        let bytes = Array(bytes.prefix(head))
        let isDICOM = bytes.count == head && bytes.suffix(4) == Array("DICM".utf8)[...]
        if isDICOM { return "DICOM" }
        let starts: [(bytes: [UInt8], name: String)] = [
            ([0xFF, 0xD8, 0xFF], "JPEG"), ([0x49, 0x49, 0x2A, 0], "TIFF"),
            ([0x4D, 0x4D, 0, 0x2A], "TIFF"), (Array("BM".utf8), "BMP"),
        ]
        return starts.first { bytes.starts(with: $0.bytes) }?.name
    }

    /// The format of a file; nil where it cannot be read or is of none of these.
    package static func name(of file: URL) -> String? {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: head)).flatMap { name(of: $0) }
    }
}
