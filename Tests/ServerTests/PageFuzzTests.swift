import Foundation
import RunStore
import TestSupport
import Testing

@testable import Server

/// Requests made at random from what requests are made of, over the reader, the guard, the router
/// and every page. `FUZZ_PAGES_SECONDS` is how long (`make fuzz-pages`); without it a few hundred.
@Suite struct PageFuzzTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    private static let steps = [
        "runs", "experiments", "compare", "reports", "sql", "images", "image", "picture", "report",
        "events",
        "style.css", "page.js", "1", "2", "99", "0", "-1", "9223372036854775807", "pair",
        "leaderboard",
        "sweep", "p1-table1", "..", "%2e%2e", "%00", "a%2Fb", "%F0%9F%98%80", "", "x y", "%", "'",
    ]
    private static let names = [
        "where", "sort", "order", "page", "group", "experiment", "runs", "run", "with", "curve",
        "smooth", "log", "from", "to", "metric", "weights", "beside", "image", "images", "show",
        "large", "disagree", "sql", "x",
        "y",
        "token", "address", "seen", "a",
    ]
    private static let values = [
        "1", "1,2,3", "0", "-1", "99999999999999999999", "9223372036854775807", "1e308", "nan",
        "inf",
        "-inf", "0.99", "test_dice", "state", "up", "best", "last", "seeds", "dice", "IMG_3",
        "error", "all", "apart", "lower",
        "validation dice",
        "train loss", "loss = 'tv'", "1)) OR ((1", "'", "\"", "--", "/*", "run IN (SELECT 1)",
        "SELECT * FROM run_overview", "SELECT 1 AS a, 2 AS b", "DELETE FROM run", "pair", "/",
        "/runs/1",
        "/sql?sql=SELECT 1", "é", "\u{202E}", "\0", "<script>", "%", "%s%n", "IMG_3",
        "../../etc/passwd",
        ":new", "?1", "(", "",
    ]
    private static let fields = [
        "Host: 127.0.0.1", "Host: evil.example", "Origin: http://127.0.0.1", "Origin: null",
        "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document", "Content-Length: 0", "Content-Length: x", "Cookie: a=b; c",
        "Connection: close", "Transfer-Encoding: chunked", "X: \u{1}", ": x", "X",
    ]

    private func target(_ generator: inout Generator) -> String {
        let steps = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
            Self.steps.randomElement(using: &generator) ?? ""
        }
        let items = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            let name = Self.names.randomElement(using: &generator) ?? ""
            var value = Self.values.randomElement(using: &generator) ?? ""
            if Int.random(in: 0..<6, using: &generator) == 0 {
                value += Self.values.randomElement(using: &generator) ?? ""
            }
            return name + "=" + PercentCode.encoded(value)
        }
        return "/" + steps.joined(separator: "/")
            + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }

    private func request(_ generator: inout Generator) -> [UInt8] {
        let method =
            ["GET", "GET", "GET", "GET", "POST", "HEAD", "PUT", "get"]
            .randomElement(using: &generator) ?? "GET"
        var lines = ["\(method) \(target(&generator)) HTTP/1.1", "Host: 127.0.0.1"]
        if Int.random(in: 0..<4, using: &generator) == 0 {
            lines.insert(
                Self.fields.randomElement(using: &generator) ?? "",
                at: Int.random(in: 1...2, using: &generator))
        }
        var bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        // One in eight is damaged somewhere.
        if Int.random(in: 0..<8, using: &generator) == 0 {
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count - 4, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
        }
        return bytes
    }

    @Test func anyRequestHasAnAnswer() async throws {
        let seconds = ProcessInfo.processInfo.environment["FUZZ_PAGES_SECONDS"].flatMap(Double.init)
        let seed = seconds == nil ? 5 : UInt64.random(in: 0...UInt64.max)
        if seconds != nil { print("fuzz: seed \(seed)") }
        let served = try ServedStore()
        defer { served.end() }
        try served.fill()
        let site = try served.site(questionSeconds: 0.5)
        let router = Router(
            site: site,
            guardian: RequestGuard(host: "127.0.0.1", port: 80, names: [], token: nil),
            news: News(site: site))
        var generator = Generator(state: seed)
        let begin = ContinuousClock.now
        var count = 0
        var statuses: [Int: Int] = [:]
        while seconds.map({ begin.duration(to: .now) < .seconds($0) }) ?? (count < 400) {
            let bytes = request(&generator)
            count += 1
            guard let head = try? HTTPHead(bytes, limits: HTTPLimits()) else {
                statuses[0, default: 0] += 1
                continue
            }
            let response = await router.answer(
                HTTPRequest(
                    method: head.method, path: head.path, parameters: head.parameters,
                    headers: head.headers, keepsAlive: head.keepsAlive))
            statuses[response.status, default: 0] += 1
            let shown = String(decoding: bytes, as: UTF8.self)
            #expect(
                [200, 303, 400, 401, 403, 404, 405, 421].contains(response.status),
                "\(response.status): \(shown)")
            let answer = response.head(keepsAlive: true)
            #expect(answer.split(separator: 10).allSatisfy { $0.last == 13 }, "\(shown)")
            guard case .data(let data) = response.body else { continue }
            let text = String(decoding: data, as: UTF8.self)
            #expect(!text.contains("<script>") || text.contains("<style>"), "\(shown)")
            #expect(!text.contains("root:"), "\(shown)")
        }
        if seconds != nil { print("fuzz: \(count) requests, \(statuses)") }
        #expect(statuses[200, default: 0] > count / 10)
        // The store is as it was.
        #expect(
            try RunStore(at: served.url).query("SELECT count(*) FROM run").rows[0][0].integer == 6)
    }
}
