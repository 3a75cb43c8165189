import Foundation
import RunStore
import TestSupport
import Testing

@testable import Server

/// What an open page is told.
@Suite struct NewsTests {
    private func section(_ html: String, _ name: String) -> String? {
        guard let start = html.range(of: "id=\"\(name)\" data-mark=\"") else { return nil }
        return html[start.upperBound...].split(separator: "\"").first.map(String.init)
    }

    /// What changed comes, and only that; who shows an older page gets what it lacks at once.
    @Test func sectionsThatChangeCome() async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill(seeds: [1])
        let port = try served.serve()
        let page = await RawClient.ask("/", port: port).body
        let seen = ["now", "filter", "runs"].map { "\($0):\(section(page, $0) ?? "")" }
            .joined(separator: ",")
        func listener() throws -> RawClient {
            let client = try #require(RawClient(port: port))
            client.say(
                "GET /events?address=/&seen=\(seen) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
            return client
        }
        let first = try listener()
        let begin = await first.hear { $0.contains("event: alive") }
        #expect(begin.contains("text/event-stream") && !begin.contains("event: section"))
        try served.fill(seeds: [2])
        // The store may be seen in the middle of what is written.
        let news = await first.hear { $0.contains("compare run 6") && $0.hasSuffix("\n\n") }
        #expect(news.contains("event: section") && news.contains("compare run 6"))
        #expect(!news.contains("\"name\":\"filter\""))
        let late = try listener()
        let lacking = await late.hear { $0.contains("\"name\":\"runs\"") && $0.hasSuffix("\n\n") }
        #expect(lacking.contains("compare run 6"))
    }

    @Test func onlyPagesHaveNews() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let port = try served.serve()
        for address in ["", "x", "/a/../b", "/sql", "http://elsewhere/"] {
            let target = "/events?address=" + PercentCode.encoded(address)
            #expect(await RawClient.ask(target, port: port).status == 400, "\(address)")
        }
        for address in ["/nothing", "/runs/99", "//%250d%250aX:%20y"] {
            // Ends, for there will be no news.
            let reply = await RawClient.ask("/events?address=" + address, port: port)
            #expect(!reply.body.contains("event: section") && reply.headers["x"] == nil)
        }
    }
}
