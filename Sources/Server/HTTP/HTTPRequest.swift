internal import Foundation
internal import RunStore

/// One request, read and checked.
struct HTTPRequest: Sendable, Equatable {
    /// `GET`, `HEAD` or `POST`; of MLflow's API also others.
    let method: String
    /// The decoded parts of the path: `/runs/5` is `["runs", "5"]`.
    let path: [String]
    /// The decoded parameters of the query, and of a form that was posted.
    var parameters: Parameters
    /// Values of the header fields by name in lower case.
    let headers: [String: String]
    /// Whether the connection stays open after the answer.
    let keepsAlive: Bool
    /// The body; empty where it went into `draft`.
    var body: [UInt8] = []
    /// The file into which the body went.
    var draft: TrackedDraft?

    static func == (a: Self, b: Self) -> Bool {
        a.method == b.method && a.path == b.path && a.parameters == b.parameters
            && a.headers == b.headers && a.keepsAlive == b.keepsAlive && a.body == b.body
            && a.draft === b.draft
    }

    /// Parameters by name, in the order in which they came.
    struct Parameters: Sendable, Equatable {
        private(set) var items: [(name: String, value: String)] = []

        static func == (a: Self, b: Self) -> Bool {
            a.items.elementsEqual(b.items) { $0 == $1 }
        }

        init(_ items: [(name: String, value: String)] = []) { self.items = items }

        /// The first value of that name that is not empty.
        subscript(name: String) -> String? {
            items.first { $0.name == name && !$0.value.isEmpty }?.value
        }

        /// All values of that name that are not empty.
        func all(_ name: String) -> [String] {
            items.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
        }

        /// The same with another value of `name`; nil removes it.
        func with(_ name: String, _ value: String?) -> Parameters {
            Parameters(items.filter { $0.name != name } + (value.map { [(name, $0)] } ?? []))
        }

        /// The query that says them, with its question mark; empty for none.
        var query: String {
            let text = items.filter { !$0.value.isEmpty }
                .map { PercentCode.encoded($0.name) + "=" + PercentCode.encoded($0.value) }
                .joined(separator: "&")
            return text.isEmpty ? "" : "?" + text
        }

        mutating func append(contentsOf other: Parameters) { items += other.items }
    }
}

/// Percent-encoding of parts of a URL (RFC 3986, section 2).
enum PercentCode {
    /// `text` with everything but unreserved characters as `%XX`.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 16 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }

    /// The text that `bytes` encode; nil for a broken escape, or for what is no UTF-8.
    ///
    /// - Parameter plusIsBlank: as forms write it.
    static func decoded(_ bytes: some Sequence<UInt8>, plusIsBlank: Bool = false) -> String? {
        var result: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(digit),
                    let low = iterator.next().flatMap(digit)
                else { return nil }
                result.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsBlank: result.append(UInt8(ascii: " "))
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    /// The pairs of a query or of a posted form.
    static func parameters(_ text: some Sequence<UInt8>) -> HTTPRequest.Parameters? {
        var items: [(name: String, value: String)] = []
        for part in Array(text).split(separator: UInt8(ascii: "&")) {
            let sides = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(sides[0], plusIsBlank: true),
                let value = sides.count > 1 ? decoded(sides[1], plusIsBlank: true) : ""
            else { return nil }
            items.append((name, value))
        }
        return HTTPRequest.Parameters(items)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
