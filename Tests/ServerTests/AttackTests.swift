import Foundation
import RunStore
import TestSupport
import Testing

@testable import Server

/// What somebody might try who wants what is in the store, or wants the server down.
@Suite struct AttackTests {
    private let word = "secret-model"

    private func filled() throws -> ServedStore {
        let served = try ServedStore()
        try served.fill(word: word)
        return served
    }

    /// A page elsewhere, or a name that is let point here (DNS rebinding), learns nothing.
    @Test func pagesElsewhereLearnNothing() async throws {
        let served = try filled()
        defer { served.end() }
        let port = try served.serve()
        #expect(await RawClient.ask("/", port: port).body.contains(word))
        let attacks: [(Int, [(String, String)])] = [
            (421, [("Host", "evil.example")]), (421, [("Host", "evil.example:\(port)")]),
            (421, [("Host", "127.0.0.1.evil.example:\(port)")]), (421, [("Host", "")]),
            (421, [("Host", "192.168.1.4:\(port)")]), (421, [("Host", "127.0.0.1")]),
            (403, [("Origin", "http://evil.example")]), (403, [("Origin", "null")]),
            (403, [("Origin", "http://127.0.0.1:1")]),
            (403, [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]),
            (403, [("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "cors")]),
            (
                403,
                [
                    ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"),
                    ("Sec-Fetch-Dest", "iframe"),
                ]
            ),
        ]
        for (status, headers) in attacks {
            for target in ["/", "/runs/1", "/events?address=/", "/page.js", "/nothing"] {
                let reply = await RawClient.ask(target, headers: headers, port: port)
                #expect(reply.status == status, "\(target) \(headers)")
                #expect(!reply.text.contains(word))
            }
        }
        let reply = await RawClient.ask("/", port: port)
        #expect(reply.headers["access-control-allow-origin"] == nil)
        #expect(reply.headers["x-frame-options"] == "DENY")
        #expect(reply.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        #expect(reply.headers["cache-control"] == "no-store")
    }

    /// A form or a link elsewhere cannot have a question asked.
    @Test func questionsAreAskedHereOnly() async throws {
        let served = try filled()
        defer { served.end() }
        let port = try served.serve()
        let link = [
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", "document"),
        ]
        let question = "sql=SELECT%20model%20FROM%20run_overview"
        #expect(
            await RawClient.ask("/sql", method: "POST", headers: link, body: question, port: port)
                .status
                == 403)
        let followed = await RawClient.ask("/sql?" + question, headers: link, port: port)
        #expect(followed.status == 200)
        #expect(!followed.text.contains(word))
        #expect(
            await RawClient.ask("/sql", method: "POST", body: question, port: port).text.contains(
                word))
        #expect(await RawClient.ask("/events?address=/sql?\(question)", port: port).status == 400)
        #expect(await RawClient.ask("/", method: "DELETE", port: port).status == 405)
        #expect(await RawClient.ask("/", method: "POST", body: "a=b", port: port).status == 405)
    }

    @Test func withoutTheTokenThereIsNothing() async throws {
        let served = try filled()
        defer { served.end() }
        let port = try served.serve(token: "a-good-token")
        for headers in [
            [], [("Authorization", "Bearer a-good-toke")], [("Cookie", "lightbox-token=")],
            [("Authorization", "Basic a-good-token")], [("Cookie", "other=a-good-token")],
        ] {
            for target in ["/", "/style.css", "/events?address=/", "/?token=a-good-tokens"] {
                let reply = await RawClient.ask(target, headers: headers, port: port)
                #expect(reply.status == 401, "\(target) \(headers)")
                #expect(!reply.text.contains(word) && !reply.text.contains("a-good-token"))
            }
        }
        let welcome = await RawClient.ask("/?token=a-good-token", port: port)
        #expect(welcome.status == 303 && welcome.headers["location"] == "/")
        let cookie = welcome.headers["set-cookie"]?.split(separator: ";").first.map(String.init)
        let reply = await RawClient.ask("/", headers: [("Cookie", cookie ?? "")], port: port)
        #expect(reply.status == 200 && reply.text.contains(word))
    }

    @Test(arguments: [
        "/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
        "/runs/../../etc/passwd", "/runs/1/picture?image=../../../../etc/passwd",
        "/runs/1/picture?image=/etc/passwd", "/reports/..%5c..%5cetc%5cpasswd",
        "/experiments/%2fetc%2fpasswd/report", "/reports//etc/passwd", "//etc/passwd",
        "/etc/passwd", "/style.css/../../etc/passwd", "/runs/1/images/etc", "/lightbox.db",
        "/%00/etc/passwd", "/sql/..;/etc/passwd", "/file:///etc/passwd",
        "/runs/1/picture?image=IMG_3%00.png", "/reports/sweep?output=/tmp/x",
    ]) func noPathReachesAFile(target: String) async throws {
        let served = try filled()
        defer { served.end() }
        let reply = await RawClient.ask(target, port: try served.serve())
        #expect(reply.status == 400 || reply.status == 404 || target.hasPrefix("/reports/sweep"))
        #expect(!reply.text.contains("root:") && !reply.text.contains("SQLite format"))
    }

    /// Script in every name that anybody may give is text on every page.
    @Test func scriptInNamesIsText() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>"
        try served.fill(word: attack)
        let name = PercentCode.encoded("pair" + attack)
        for target in ServedStore.pages + [
            "/experiments/\(name)", "/experiments/\(name)/report", "/?experiment=\(name)",
            "/?where=\(PercentCode.encoded(attack))", "/sql?sql=\(PercentCode.encoded(attack))",
            "/compare?runs=\(PercentCode.encoded(attack))", "/\(PercentCode.encoded("a" + attack))",
            "/runs/1?curve=\(PercentCode.encoded(attack))&with=\(PercentCode.encoded(attack))",
            "/runs/1/images?metric=\(PercentCode.encoded(attack))",
            "/runs/1/image?image=\(PercentCode.encoded("IMG_3" + attack))&beside=2",
            "/runs/1/image?image=\(PercentCode.encoded(attack))",
            "/runs/1/image?image=\(PercentCode.encoded("IMG_3" + attack))&metric=\(PercentCode.encoded(attack))",
            "/compare?runs=1,2&disagree=\(PercentCode.encoded(attack))",
            "/sql?sql=SELECT%201&x=\(PercentCode.encoded(attack))&y=1",
        ] where !target.contains("%2F") || !target.hasPrefix("/%") {
            let answer = (try? await served.answer(target)) ?? ""
            for broken in ["<script>alert", "<img src=x", "\"'>", "<b>"] {
                #expect(!answer.contains(broken), "\(target): \(broken)")
            }
        }
    }

    @Test func whatIsTooLargeIsCutOff() async throws {
        let served = try filled()
        defer { served.end() }
        let port = try served.serve()
        let long = String(repeating: "a", count: 100_000)
        #expect(await RawClient.ask("/" + String(long.prefix(9000)), port: port).status == 414)
        #expect(
            await RawClient.ask("/", headers: [("X-Long", String(long.prefix(15_000)))], port: port)
                .status
                == 200)
        // No end of the head comes: the server does not wait for it.
        let endless = try #require(RawClient(port: port))
        endless.say("GET / HTTP/1.1\r\nX-Long: " + String(long.prefix(17_000)))
        #expect(await endless.hear().hasPrefix("HTTP/1.1 431 "))
        let many = (0..<200).map { ("X-\($0)", "a") }
        #expect(await RawClient.ask("/", headers: many, port: port).status == 431)
        let body = try #require(RawClient(port: port))
        body.say(
            "POST /sql HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: 999999999\r\n\r\n")
        #expect(await body.hear().hasPrefix("HTTP/1.1 413 "))
        #expect(await RawClient.ask("/", port: port).status == 200)
    }

    /// Two requests in one, so that somebody between reads them in another way, are one fault.
    @Test func smuggledRequestsAreRefused() async throws {
        let served = try filled()
        defer { served.end() }
        let port = try served.serve()
        let host = "Host: 127.0.0.1:\(port)\r\n"
        for text in [
            "POST /sql HTTP/1.1\r\n\(host)Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\(host)\r\n",
            "GET / HTTP/1.1\r\n\(host)Content-Length: 0\r\nContent-Length: 30\r\n\r\n",
            "GET / HTTP/1.1\n\(host)\n\n\r\n\r\n", "GET / HTTP/1.1\r\n \(host)\r\n",
        ] {
            let client = try #require(RawClient(port: port))
            client.say(text)
            let heard = await client.hear()
            #expect(heard.hasPrefix("HTTP/1.1 400 ") || heard.hasPrefix("HTTP/1.1 501 "), "\(text)")
            #expect(heard.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
    }

    /// Who sends a byte now and then, or nothing, or reads nothing, is cut off; others are served.
    @Test func slowClientsAreCutOff() async throws {
        let served = try filled()
        defer { served.end() }
        var limits = HTTPLimits()
        (limits.arrival, limits.idle, limits.departure) = (0.4, 0.4, 0.4)
        let port = try served.serve(limits: limits)
        let slow = try #require(RawClient(port: port))
        slow.say("GET / HT")
        let silent = try #require(RawClient(port: port))
        let body = try #require(RawClient(port: port))
        body.say("POST /sql HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: 100\r\n\r\nsql=")
        for client in [slow, silent, body] {
            let heard = await client.hear()
            #expect(heard.isEmpty || heard.hasPrefix("HTTP/1.1 408 "))
            #expect(await client.isClosed())
        }
        var status: Int?
        for _ in 0..<1000 where status != 200 {
            status = await RawClient.ask("/style.css", port: port).status
        }
        #expect(status == 200)
    }

    /// More clients than there is room for are told so, and the room comes back.
    @Test func clientsAreLimited() async throws {
        let served = try filled()
        defer { served.end() }
        var limits = HTTPLimits()
        limits.connections = 8
        let port = try served.serve(limits: limits)
        var clients: [RawClient] = []
        for _ in 0..<8 {
            let client = try #require(RawClient(port: port))
            client.say("GET /style.css HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
            #expect(await client.hear { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 200"))
            clients.append(client)
        }
        let extra = try #require(RawClient(port: port))
        #expect(await extra.hear().hasPrefix("HTTP/1.1 503 "))
        clients.removeAll()
        var status: Int?
        for _ in 0..<1000 where status != 200 {
            status = await RawClient.ask("/style.css", port: port).status
        }
        #expect(status == 200)
    }

    @Test(arguments: [
        "DELETE FROM run", "UPDATE run SET model = 'x'", "DROP TABLE run",
        "PRAGMA writable_schema = 1",
        "ATTACH DATABASE '/tmp/x.db' AS x", "VACUUM INTO '/tmp/x.db'", "SELECT load_extension('x')",
        "SELECT 1; DELETE FROM run", "SELECT readfile('/etc/passwd')", "CREATE TEMP TABLE x (a)",
        "SELECT * FROM sqlite_dbpage",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "SELECT length(hex(zeroblob(900000000)))", "SELECT \(String(repeating: "(", count: 5000))1",
    ]) func bombsOfSQLAreRefused(sql: String) async throws {
        let served = try filled()
        defer { served.end() }
        let port = try served.serve(questionSeconds: 1)
        let reply = await RawClient.ask(
            "/sql", method: "POST", body: "sql=" + PercentCode.encoded(sql), port: port)
        #expect(reply.status == 200)
        #expect(reply.body.contains("role=\"alert\""), "\(reply.body.suffix(600))")
        #expect(await RawClient.ask("/", port: port).body.contains(word))
    }

    /// An answer of any size is cut, not kept.
    @Test func longAnswersAreCut() async throws {
        let served = try filled()
        defer { served.end() }
        let port = try served.serve()
        for sql in [
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(500000)) FROM n",
        ] {
            let reply = await RawClient.ask(
                "/sql", method: "POST", body: "sql=" + PercentCode.encoded(sql), port: port)
            #expect(reply.body.contains("More rows follow"))
            #expect(reply.body.utf8.count < 12_000_000)
        }
    }
}
