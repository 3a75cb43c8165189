internal import Foundation
internal import Reports

/// A piece of HTML. Text that is put into it is escaped, only other markup is not:
///
/// ```swift
/// let name = "<script>"
/// let item: Markup = "<li>\(name)</li>"   // <li>&lt;script&gt;</li>
/// ```
struct Markup: ExpressibleByStringInterpolation, Sendable, Equatable {
    /// The HTML.
    let text: String

    init(stringLiteral value: String) { text = value }
    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
    private init(_ text: String) { self.text = text }

    static let empty = Markup("")

    /// What this program has drawn or rendered itself.
    static func rendered(_ html: String) -> Markup { Markup(html) }

    /// All pieces behind each other.
    static func join(_ pieces: [Markup], separator: String = "\n") -> Markup {
        Markup(pieces.map(\.text).joined(separator: separator))
    }

    static func + (a: Markup, b: Markup) -> Markup { Markup(a.text + b.text) }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }
        /// Text, as people see it.
        mutating func appendInterpolation(_ text: String) { self.text += SVG.escape(text) }
        mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
        mutating func appendInterpolation(_ pieces: [Markup]) {
            text += pieces.map(\.text).joined(separator: "\n")
        }
        mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
        /// Text of several lines, with its line breaks.
        mutating func appendInterpolation(lines text: String) {
            self.text += text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { SVG.escape(String($0)) }.joined(separator: "\n")
        }
    }
}
