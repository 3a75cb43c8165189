public import Files
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

    /// Every file with its bytes: the report first, then its figures (none for CSV and HTML). All but
    /// CSV end with a seal, by which Lightbox knows them again.
    public func contents() -> [(url: URL, data: Data)] {
        let text = document.rendered(as: format, figurePrefix: figurePrefix)
        var files = [(url: url, data: Data(Self.sealed(text, format).utf8))]
        if format == .markdown || format == .latex {
            let folder = url.deletingLastPathComponent()
            for figure in document.figures {
                let name = "\(figurePrefix)\(figure.id).\(figure.fileExtension)"
                files.append((folder.appendingPathComponent(name), Self.sealed(figure)))
            }
        }
        return files
    }

    private static func sealed(_ text: String, _ format: ReportFormat) -> String {
        switch format {
        case .markdown, .html: Seal.sealed(text, as: .markup)
        case .latex: Seal.sealed(text, as: .percent)
        case .csv: text
        }
    }

    private static func sealed(_ figure: Figure) -> Data {
        switch figure.content {
        case .svg(let text): Data(Seal.sealed(text, as: .markup).utf8)
        case .png(let data): Data(Seal.sealed(png: [UInt8](data)))
        }
    }

    /// Writes the report and its figures, all or, where one may not be written, none; into a stream
    /// goes the report alone.
    ///
    /// - Throws: `OutputError`.
    public func write(_ rule: OutputRule = OutputRule()) throws(OutputError) {
        var plan = OutputPlan(rule)
        var prepared: [Output.Prepared] = []
        var outputs: [(output: Output, data: Data)] = []
        for file in contents() {
            let name = file.url.relativePath
            let output = try plan.claim(name, for: file.url.lastPathComponent)
            outputs.append((output, file.data))
            if output.isStream { break }
        }
        for (output, data) in outputs { prepared.append(try output.prepare([UInt8](data))) }
        for file in prepared { try file.commit() }
    }

    /// Writes the report and its figures where they belong, or, where somebody's own file is in the
    /// way, as `NAME.new.md` and so on beside it.
    ///
    /// - Returns: the report that was written, and what was in the way.
    /// - Throws: `OutputError`.
    public func writeAside(
        _ rule: OutputRule = OutputRule()
    ) throws(OutputError) -> (file: URL, obstacle: OutputError?) {
        do throws(OutputError) {
            try write(rule)
            return (url, nil)
        } catch {
            guard case .refused = error else { throw error }
            let folder = url.deletingLastPathComponent()
            let stem = url.deletingPathExtension().lastPathComponent
            for number in 1...99 {
                let word = number == 1 ? "new" : "new\(number)"
                let other = ReportFile(
                    document,
                    at: folder.appendingPathComponent("\(stem).\(word).\(url.pathExtension)"),
                    format: format)
                do throws(OutputError) {
                    try other.write(rule)
                    return (other.url, error)
                } catch .refused {
                    continue
                }
            }
            throw error
        }
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
