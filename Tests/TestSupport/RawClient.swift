internal import Foundation

/// A client of a server on this machine that may say anything, also what is no HTTP.
public final class RawClient: Sendable {
    private let file: Int32

    /// An answer in pieces.
    public struct Reply: Sendable {
        /// The status code, such as 200.
        public let status: Int?
        /// Values by name in lower case.
        public let headers: [String: String]
        /// What follows the head.
        public let body: String
        /// Everything as it came.
        public let text: String

        init(_ text: String) {
            self.text = text
            let end = text.range(of: "\r\n\r\n")
            let lines = text[..<(end?.lowerBound ?? text.endIndex)].components(separatedBy: "\r\n")
            body = end.map { String(text[$0.upperBound...]) } ?? ""
            status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) }
            headers = Dictionary(
                lines.dropFirst().compactMap { line in
                    guard let colon = line.firstIndex(of: ":") else { return nil }
                    return (
                        line[..<colon].lowercased(),
                        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                    )
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Connects; nil where nobody listens.
    public init?(port: UInt16) {
        #if os(Linux)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        file = socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(file, $0, size) }
        }
        guard result == 0 else {
            Foundation.close(file)
            return nil
        }
    }

    deinit { Foundation.close(file) }

    /// Says `text`; false where the server listens no more.
    @discardableResult
    public func say(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(file, $0.baseAddress, $0.count, Int32(Self.quietly))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    #if os(Linux)
        private static let quietly = MSG_NOSIGNAL
    #else
        private static let quietly = 0
    #endif

    /// What comes until the server closes the connection, or until `isEnough`, or for `seconds` of
    /// silence.
    public func hear(
        seconds: Int32 = 60, until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }
    ) async -> String {
        await Self.apart {
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            while self.hasNews(seconds: seconds) {
                let count = recv(self.file, &piece, piece.count, 0)
                guard count > 0 else { break }
                bytes += piece[..<count]
                if isEnough(String(decoding: bytes, as: UTF8.self)) { break }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Whether the server closes the connection, after whatever else it says.
    public func isClosed(seconds: Int32 = 60) async -> Bool {
        await Self.apart {
            var piece = [UInt8](repeating: 0, count: 1 << 12)
            while self.hasNews(seconds: seconds) {
                if recv(self.file, &piece, piece.count, 0) <= 0 { return true }
            }
            return false
        }
    }

    private func hasNews(seconds: Int32) -> Bool {
        var wanted = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, seconds * 1000) == 1
    }

    /// Waits on a thread of its own: those of tasks may be what the server runs on.
    private static func apart<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: work()) }.start()
        }
    }

    /// The answer to one request on a connection of its own.
    ///
    /// - Parameter headers: sent as they are; `Host` is this server's own unless one is named.
    public static func ask(
        _ target: String, method: String = "GET", headers: [(String, String)] = [],
        body: String = "", port: UInt16
    ) async -> Reply {
        var lines = ["\(method) \(target) HTTP/1.1"]
        if !headers.contains(where: { $0.0.lowercased() == "host" }) {
            lines.append("Host: 127.0.0.1:\(port)")
        }
        lines += headers.map { "\($0): \($1)" }
        if !body.isEmpty {
            if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
                lines.append("Content-Type: application/x-www-form-urlencoded")
            }
            lines.append("Content-Length: \(body.utf8.count)")
        }
        lines.append("Connection: close")
        guard let client = RawClient(port: port) else { return Reply("") }
        client.say(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        return Reply(await client.hear())
    }
}
