import Files
public import Foundation

/// A picture of a report: drawn lines (SVG) or pixels (PNG).
public struct Figure: Sendable, Equatable {
    /// The picture's bytes.
    public enum Content: Sendable, Equatable {
        /// An SVG document.
        case svg(String)
        /// A PNG file.
        case png(Data)
    }

    /// Short name that is safe in a file's; the file is `<report>-<id>.<extension>`.
    public let id: String
    /// Caption, also the alternative text.
    public let title: String
    /// The picture.
    public let content: Content

    /// Makes a figure.
    public init(id: String, title: String, content: Content) {
        self.id = FileName.encoded(id)
        self.title = title
        self.content = content
    }

    /// The file's extension.
    public var fileExtension: String {
        switch content {
        case .svg: "svg"
        case .png: "png"
        }
    }

    /// The file's bytes.
    public var data: Data {
        switch content {
        case .svg(let text): Data(text.utf8)
        case .png(let data): data
        }
    }
}
