internal import Foundation
internal import RunStore

/// One answer.
struct HTTPResponse: Sendable {
    /// What follows the head.
    enum Body: Sendable {
        /// Everything at once.
        case data(Data)
        /// Pieces of text as they come, until the stream or the connection ends.
        case stream(AsyncStream<String>)
        /// A file of a run.
        case file(VerifiedFile)
    }

    var status = 200
    /// Further header fields, by name.
    var headers: [(name: String, value: String)] = []
    var body: Body

    /// An answer of text.
    init(status: Int = 200, type: String, text: String) {
        self.init(status: status, type: type + "; charset=utf-8", data: Data(text.utf8))
    }

    /// An answer of bytes.
    init(status: Int = 200, type: String, data: Data) {
        self.status = status
        headers = [("Content-Type", type)]
        body = .data(data)
    }

    /// A file of a run; no browser takes it for a page.
    init(file: VerifiedFile) {
        headers = [
            ("Content-Type", "application/octet-stream"), ("Content-Disposition", "attachment"),
        ]
        body = .file(file)
    }

    /// Server-sent events.
    init(events: AsyncStream<String>) {
        headers = [("Content-Type", "text/event-stream; charset=utf-8")]
        body = .stream(events)
    }

    /// Sends the browser elsewhere on this site.
    static func redirect(to path: String) -> HTTPResponse {
        var response = HTTPResponse(status: 303, type: "text/plain", text: path)
        response.headers.append(("Location", path))
        return response
    }

    /// The status line and header fields, with the blank line.
    func head(keepsAlive: Bool) -> Data {
        var lines = ["HTTP/1.1 \(status) \(HTTPFault.phrase(status))"]
        lines += headers.map { "\($0.name): \($0.value)" }
        switch body {
        case .data(let data): lines.append("Content-Length: \(data.count)")
        case .file(let file): lines.append("Content-Length: \(file.bytes)")
        case .stream: break
        }
        lines.append("Connection: \(keepsAlive ? "keep-alive" : "close")")
        return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
