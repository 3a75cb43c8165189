public import Foundation

/// A report as a file with its figures beside it.
public struct ReportFile: Sendable {
    /// The report.
    public let document: ReportDocument
    /// The file.
    public let url: URL
    /// Its format.
    public let format: ReportFormat

    /// Makes a file to be; the format follows the extension when none is given.
    public init(_ document: ReportDocument, at url: URL, format: ReportFormat? = nil) {
        self.document = document
        self.url = url
        self.format = format ?? ReportFormat(fileExtension: url.pathExtension) ?? .markdown
    }

    /// What precedes a figure's name: `demo-` for `results/demo.md`.
    private var figurePrefix: String { url.deletingPathExtension().lastPathComponent + "-" }

    /// Every file with its bytes: the report first, then its figures (none for CSV and HTML).
    public func contents() -> [(url: URL, data: Data)] {
        let text = document.rendered(as: format, figurePrefix: figurePrefix)
        var files = [(url: url, data: Data(text.utf8))]
        if format == .markdown || format == .latex {
            let folder = url.deletingLastPathComponent()
            for figure in document.figures {
                let name = "\(figurePrefix)\(figure.id).\(figure.fileExtension)"
                files.append((folder.appendingPathComponent(name), figure.data))
            }
        }
        return files
    }

    /// Writes the report and its figures; each file is replaced in one step.
    ///
    /// - Throws: what the file system says.
    public func write() throws {
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        for file in contents() { try file.data.write(to: file.url, options: .atomic) }
    }

    /// Compares the files byte for byte with what the store gives now.
    ///
    /// - Throws: `ReportError.notWritten`, `ReportError.outdated` with the first line that differs.
    public func check() throws {
        for file in contents() {
            guard let found = FileManager.default.contents(atPath: file.url.path) else {
                throw ReportError.notWritten(path: file.url.path)
            }
            guard found != file.data else { continue }
            let old = lines(found), new = lines(file.data)
            let line =
                zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                ?? min(old.count, new.count)
            throw ReportError.outdated(
                path: file.url.path, line: line + 1,
                found: line < old.count ? excerpt(old[line]) : "the end",
                expected: line < new.count ? excerpt(new[line]) : "the end")
        }
    }

    private func lines(_ data: Data) -> [Substring] {
        String(decoding: data, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
    }

    private func excerpt(_ line: Substring) -> String {
        line.count > 120 ? line.prefix(117) + "…" : String(line)
    }
}
