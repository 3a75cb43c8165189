/// The request line and header fields of one HTTP/1 request, read strictly (RFC 9112).
///
/// What servers are known to disagree about is refused: line ends without a carriage return, folded
/// fields, blanks before a colon, two lengths, two hosts, a transfer coding.
struct HTTPHead: Equatable, Sendable {
    let method: String
    let path: [String]
    let parameters: HTTPRequest.Parameters
    let headers: [String: String]
    /// Bytes of the body that follow; 0 where it comes in chunks.
    let length: Int
    /// Whether the body comes in chunks, which only a file may.
    let isChunked: Bool
    let keepsAlive: Bool

    /// Bytes of the head that `bytes` begin with, its blank line included; nil where it is not
    /// whole yet.
    ///
    /// - Parameter start: where to look from; before it no blank line begins.
    static func end(in bytes: [UInt8], from start: Int = 0) -> Int? {
        guard bytes.count >= start + 4 else { return nil }
        for index in start...(bytes.count - 4)
        where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13
            && bytes[index + 3] == 10
        {
            return index + 4
        }
        return nil
    }

    /// Reads a whole head, its blank line included.
    ///
    /// - Throws: `HTTPFault`.
    init(_ bytes: [UInt8], limits: HTTPLimits) throws(HTTPFault) {
        guard bytes.count <= limits.head else {
            throw HTTPFault(431, "the request's header fields are too large")
        }
        var lines = try Self.lines(bytes.dropLast(4))
        let first = lines.removeFirst()
        guard lines.count <= limits.fields else {
            throw HTTPFault(431, "the request has too many header fields")
        }
        let words = first.split(separator: 32, omittingEmptySubsequences: false)
        guard words.count == 3, let method = String(validating: words[0], as: UTF8.self),
            !method.isEmpty, method.utf8.allSatisfy({ (65...90).contains($0) })
        else { throw HTTPFault(400, "the request line is not 'METHOD target HTTP/1.1'") }
        let version = String(decoding: words[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            throw HTTPFault(505, "the request is not HTTP/1.1")
        }
        guard words[1].count <= limits.target else {
            throw HTTPFault(414, "the request's target is too long")
        }
        self.method = method
        (path, parameters) = try Self.target(words[1])
        headers = try Self.fields(lines)
        isChunked =
            limits.takesChunks(method: method, path: path)
            && headers["transfer-encoding"] == "chunked" && headers["content-length"] == nil
        length =
            isChunked ? 0 : try Self.length(headers, limits.body(method: method, path: path))
        let connection = headers["connection"]?.lowercased() ?? ""
        keepsAlive =
            version == "HTTP/1.1" ? !connection.contains("close") : connection == "keep-alive"
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) throws(HTTPFault) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            switch bytes[index] {
            case 13:
                guard index + 1 < bytes.endIndex, bytes[index + 1] == 10 else {
                    throw HTTPFault(400, "a line of the request ends without a line feed")
                }
                lines.append(bytes[start..<index])
                index += 2
                start = index
            case 0, 10: throw HTTPFault(400, "a line of the request holds a control character")
            default: index += 1
            }
        }
        lines.append(bytes[start...])
        return lines
    }

    private static func target(
        _ bytes: ArraySlice<UInt8>
    ) throws(HTTPFault) -> ([String], HTTPRequest.Parameters) {
        let fault = HTTPFault(400, "the request's target is no path")
        guard bytes.first == UInt8(ascii: "/"), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw fault }
        let parts = bytes.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for part in parts[0].split(separator: UInt8(ascii: "/")) {
            // No path of a request is one of a file, so dots have no meaning; they are refused all
            // the same, and so is what another server might take for a separator.
            guard let text = PercentCode.decoded(part), text != ".", text != "..",
                !text.contains("/"), !text.contains("\\"), !text.contains("\0")
            else { throw fault }
            path.append(text)
        }
        guard parts.count > 1 else { return (path, HTTPRequest.Parameters()) }
        guard let parameters = PercentCode.parameters(parts[1]) else {
            throw HTTPFault(400, "the request's query is not percent-encoded UTF-8")
        }
        return (path, parameters)
    }

    private static func fields(_ lines: [ArraySlice<UInt8>]) throws(HTTPFault) -> [String: String] {
        var fields: [String: String] = [:]
        for line in lines {
            let sides = line.split(
                separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty, sides[0].allSatisfy(isToken),
                let value = String(validating: sides[1], as: UTF8.self)
            else { throw HTTPFault(400, "a header field is not 'Name: value'") }
            let name = String(decoding: sides[0], as: UTF8.self).lowercased()
            let text = value.trimmingBlanks
            if let before = fields[name] {
                // Lists may come in parts; what must be one may not.
                guard !single.contains(name) else {
                    throw HTTPFault(400, "the header field '\(name)' came twice")
                }
                fields[name] = before + ", " + text
            } else {
                fields[name] = text
            }
        }
        return fields
    }

    private static let single: Set = [
        "host", "content-length", "transfer-encoding", "origin", "authorization", "content-type",
        "sec-fetch-site", "cookie",
    ]

    private static func length(
        _ headers: [String: String], _ most: Int
    ) throws(HTTPFault) -> Int {
        guard headers["transfer-encoding"] == nil else {
            throw HTTPFault(501, "transfer codings are not understood; send a Content-Length")
        }
        guard let text = headers["content-length"] else { return 0 }
        guard !text.isEmpty, text.utf8.count < 19, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int(text)
        else { throw HTTPFault(400, "the Content-Length is no number") }
        guard length <= most else { throw HTTPFault(413, "the request's body is too large") }
        return length
    }

    /// A character of a field's name (RFC 9110, section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
