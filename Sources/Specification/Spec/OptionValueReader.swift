import Foundation
import Yams

/// Reads the value of an option, or what stands behind `key=` of `--set`: one scalar, or a list
/// `[a, b]`.
///
/// A scalar is the text as it stands, whatever signs it holds: `folder:a #b` and `folder:x: y` are
/// names. One that begins with a quotation mark ends with it, and is what stands between: JSON's
/// escapes within `"`, `''` for the sign itself within `'`. Items of a list are scalars of the same
/// kind, which end at a comma or a bracket, or lists themselves; spaces and line breaks round them
/// mean nothing.
struct OptionValueReader {
    /// Lists that lie within one another at most: one of lists.
    private static let deepest = 2

    private var rest: Substring

    /// What the text says, as experiment files would.
    ///
    /// - Parameter keepingSpaces: whether spaces at its ends belong to an unquoted scalar.
    static func node(of text: String, keepingSpaces: Bool) throws(OptionValueFault) -> Node {
        var reader = OptionValueReader(rest: text[...])
        reader.skipSpace()
        switch reader.rest.first {
        case nil: throw OptionValueFault("a value")
        case "[", "\"", "'":
            let node = try reader.item(depth: 0)
            reader.skipSpace()
            guard reader.rest.isEmpty else {
                throw OptionValueFault("nothing behind the value's end")
            }
            return node
        default: return try plain(keepingSpaces ? text[...] : text.trimmed)
        }
    }

    private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }

    private mutating func skip(_ sign: Character) -> Bool {
        guard rest.first == sign else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func item(depth: Int) throws(OptionValueFault) -> Node {
        switch rest.first {
        case "[": return try list(depth: depth)
        case "\"": return Self.quoted(try escaped(), .doubleQuoted)
        case "'": return Self.quoted(try quoted(), .singleQuoted)
        default:
            let text = rest.prefix { $0 != "," && $0 != "]" }
            rest = rest.dropFirst(text.count)
            return try Self.plain(text.trimmed)
        }
    }

    private mutating func list(depth: Int) throws(OptionValueFault) -> Node {
        guard depth < Self.deepest else { throw OptionValueFault("values, or lists of them") }
        var nodes: [Node] = []
        rest.removeFirst()
        while true {
            skipSpace()
            if skip("]") { break }
            nodes.append(try item(depth: depth + 1))
            skipSpace()
            if skip("]") { break }
            guard skip(",") else {
                throw OptionValueFault("a list whose values have commas between and ']' at the end")
            }
        }
        return .sequence(Node.Sequence(nodes))
    }

    // MARK: Scalars

    private static func plain(_ text: Substring) throws(OptionValueFault) -> Node {
        if text.isEmpty { throw OptionValueFault("a value between the commas of the list") }
        if text.first == "{" {
            throw OptionValueFault(
                "one value or a list of values; a text that begins with '{' stands in quotes")
        }
        if text.contains(where: \.isNewline) { throw OptionValueFault("a value of one line") }
        return .scalar(Node.Scalar(String(text), Tag.implicit, .plain))
    }

    private static func quoted(_ text: String, _ style: Node.Scalar.Style) -> Node {
        .scalar(Node.Scalar(text, Tag.implicit, style))
    }

    private static let unclosed = OptionValueFault("a quotation mark at the end of the text too")

    /// What stands between `'` and `'`.
    private mutating func quoted() throws(OptionValueFault) -> String {
        var text = ""
        rest.removeFirst()
        while let sign = rest.popFirst() {
            if sign == "'", !skip("'") { return text }
            text.append(sign)
        }
        throw Self.unclosed
    }

    /// What stands between `"` and `"`, with JSON's escapes.
    private mutating func escaped() throws(OptionValueFault) -> String {
        var whole = "\""
        rest.removeFirst()
        while let sign = rest.popFirst() {
            whole.append(sign)
            if sign == "\\" {
                guard let next = rest.popFirst() else { break }
                whole.append(next)
            } else if sign == "\"" {
                guard let text = try? JSONDecoder().decode(String.self, from: Data(whole.utf8))
                else { throw OptionValueFault("the escapes of JSON, such as \\n and \\\"") }
                return text
            }
        }
        throw Self.unclosed
    }
}

/// Why a text is no value of an option.
struct OptionValueFault: Error, Equatable {
    /// What is expected instead.
    let expected: String

    init(_ expected: String) { self.expected = expected }
}

extension StringProtocol {
    /// The text without white space at its ends.
    fileprivate var trimmed: SubSequence {
        let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? startIndex
        return self[..<end].drop(while: \.isWhitespace)
    }
}
