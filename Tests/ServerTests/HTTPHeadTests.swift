import Testing

@testable import Server

@Suite struct HTTPHeadTests {
    private func head(_ text: String) throws -> HTTPHead {
        try HTTPHead(Array(text.utf8), limits: HTTPLimits())
    }

    private func status(_ text: String) -> Int? {
        do {
            _ = try head(text)
            return nil
        } catch let fault as HTTPFault {
            return fault.status
        } catch {
            return -1
        }
    }

    @Test func aRequestIsRead() throws {
        let head = try head(
            "GET /runs/5%20a?where=a%3D1&x=%2b+ HTTP/1.1\r\nHost: a\r\nX-Odd:  b \r\n\r\n")
        #expect(head.method == "GET")
        #expect(head.path == ["runs", "5 a"])
        #expect(head.parameters["where"] == "a=1")
        #expect(head.parameters["x"] == "+ ")
        #expect(head.headers["host"] == "a")
        #expect(head.headers["x-odd"] == "b")
        #expect(head.keepsAlive)
        #expect(head.length == 0)
    }

    @Test(arguments: [
        // What servers and proxies take differently.
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", 501),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nA\u{0}: b\r\n\r\n", 400),
        // Targets that name no page.
        ("GET /../etc/passwd HTTP/1.1\r\n\r\n", 400),
        ("GET /a/%2e%2e/b HTTP/1.1\r\n\r\n", 400),
        ("GET /a%2fb HTTP/1.1\r\n\r\n", 400),
        ("GET /a%5cb HTTP/1.1\r\n\r\n", 400),
        ("GET /a%00b HTTP/1.1\r\n\r\n", 400),
        ("GET /%ff HTTP/1.1\r\n\r\n", 400),
        ("GET /%4 HTTP/1.1\r\n\r\n", 400),
        ("GET /?a=%zz HTTP/1.1\r\n\r\n", 400),
        ("GET http://elsewhere/ HTTP/1.1\r\n\r\n", 400),
        ("GET * HTTP/1.1\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\n\r\n", 400),
        ("get / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\n\r\n", 505),
        ("GET /\r\n\r\n", 400),
        ("\r\n\r\n", 400),
    ]) func whatIsDoubtfulIsRefused(text: String, expected: Int) {
        #expect(status(text) == expected)
    }

    @Test func whatIsTooMuchIsRefused() {
        let long = String(repeating: "a", count: 9000)
        #expect(status("GET /\(long) HTTP/1.1\r\n\r\n") == 414)
        #expect(status("GET / HTTP/1.1\r\nA: \(long)\(long)\r\n\r\n") == 431)
        let many = (0..<101).map { "A\($0): b\r\n" }.joined()
        #expect(status("GET / HTTP/1.1\r\n\(many)\r\n") == 431)
        #expect(status("POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n") == 413)
        #expect(status("POST / HTTP/1.1\r\nContent-Length: 65536\r\n\r\n") == nil)
    }

    @Test func theEndIsFoundInPieces() {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest".utf8)
        let end = bytes.count - 4
        for count in 0..<end { #expect(HTTPHead.end(in: Array(bytes.prefix(count))) == nil) }
        #expect(HTTPHead.end(in: bytes) == end)
    }

    /// Whatever bytes come, there is a head or a fault.
    @Test func randomBytesDoNoHarm() {
        var generator = SystemRandomNumberGenerator()
        let parts = [
            "GET ", "/", "?", "%", "=", "&", " HTTP/1.1", "\r\n", "Host: a", ":", "\u{0}", "é",
            "Content-Length: 3", "..", "\n", "\r",
        ].map { Array($0.utf8) }
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1..<14, using: &generator) {
                bytes += parts.randomElement(using: &generator) ?? []
                if Bool.random(using: &generator) {
                    bytes.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            _ = try? HTTPHead(bytes + [13, 10, 13, 10], limits: HTTPLimits())
        }
    }

    @Test(arguments: ["a b&c=d", "ä/é?#", "100 %", "+", ""]) func encodingComesBack(text: String) {
        #expect(PercentCode.decoded(PercentCode.encoded(text).utf8) == text)
        let query = HTTPRequest.Parameters([("name", text), ("other", "1")]).query
        let back = PercentCode.parameters(query.dropFirst().utf8)
        #expect(back?["name"] == (text.isEmpty ? nil : text))
        #expect(back?["other"] == "1")
    }
}
