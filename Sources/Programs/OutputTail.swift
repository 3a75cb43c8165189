internal import Foundation

/// What a program prints: the last of it for the record of a failure, and the first of it in a file.
struct OutputTail {
    private var bytes = Data()
    private var written = 0
    private let file: FileHandle?

    private static let kept = 4096, lines = 20
    /// Bytes of the file.
    private static let largest = 8 << 20

    init(_ url: URL) {
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        file = try? FileHandle(forWritingTo: url)
    }

    mutating func add(_ data: Data) {
        bytes.append(data)
        if bytes.count > Self.kept { bytes = Data(bytes.suffix(Self.kept)) }
        guard written < Self.largest else { return }
        try? file?.write(contentsOf: data.prefix(Self.largest - written))
        written += data.count
        if written >= Self.largest { try? file?.write(contentsOf: Data("\n… (cut)\n".utf8)) }
    }

    /// The last line that is not blank, or its first 200 letters.
    var lastLine: String? {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .last { !$0.isEmpty }.map { $0.count > 200 ? $0.prefix(200) + "…" : $0 }
    }

    /// The last lines; empty where nothing was printed.
    var text: String {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .suffix(Self.lines).joined(separator: "\n")
    }
}
