internal import Foundation

/// The formats in which a report can be written.
public enum ReportFormat: String, Sendable, CaseIterable {
    /// GitHub Flavored Markdown with aligned tables.
    case markdown
    /// Comma-separated values at full precision, one row a table row (RFC 4180).
    case csv
    /// LaTeX tables for the booktabs package.
    case latex
    /// One self-contained page.
    case html

    /// Usual extension of a file in this format.
    public var fileExtension: String {
        switch self {
        case .markdown: "md"
        case .csv: "csv"
        case .latex: "tex"
        case .html: "html"
        }
    }

    /// The format that a file's extension stands for; nil when it is none of them.
    public init?(fileExtension: String) {
        guard
            let format = Self.allCases.first(where: {
                $0.fileExtension == fileExtension.lowercased()
            })
        else { return nil }
        self = format
    }

    /// The format of a file: the one given, or the one that its ending stands for; Markdown where
    /// it has no ending.
    ///
    /// - Throws: `ReportError.badOption` for an ending that stands for none, or for another format
    ///   than the one given.
    public static func of(_ path: String, given format: ReportFormat?) throws -> ReportFormat {
        let ending = URL(fileURLWithPath: path).pathExtension
        let usual = ReportFormat(fileExtension: ending)
        if let format, let usual, format != usual {
            throw ReportError.badOption(
                name: "format", found: "\(format.rawValue) for '\(path)'",
                expected: "\(usual.rawValue), or a file that ends in .\(format.fileExtension)")
        }
        if let format = format ?? usual { return format }
        guard ending.isEmpty else {
            let endings = allCases.map { "." + $0.fileExtension }.joined(separator: ", ")
            throw ReportError.badOption(
                name: "output", found: path,
                expected: "a file that ends in one of \(endings), or --format beside it")
        }
        return .markdown
    }
}

extension ReportDocument {
    /// The report as text; the same document gives the same bytes.
    ///
    /// - Parameters:
    ///   - format: the language of the text.
    ///   - figurePrefix: what precedes `<id>.<extension>` in a figure's address (Markdown, LaTeX).
    public func rendered(as format: ReportFormat, figurePrefix: String? = nil) -> String {
        switch format {
        case .markdown: MarkdownRenderer(figurePrefix: figurePrefix ?? name + "-").render(self)
        case .csv: CSVRenderer().render(self)
        case .latex: LaTeXRenderer(figurePrefix: figurePrefix ?? name + "-").render(self)
        case .html: HTMLRenderer().render(self)
        }
    }
}
