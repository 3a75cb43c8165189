import Testing

@testable import Server

@Suite struct RequestGuardTests {
    private let local = RequestGuard(host: "127.0.0.1", port: 4300, names: [], token: nil)

    private func request(
        _ headers: [String: String], method: String = "GET", query: [(String, String)] = []
    ) -> HTTPRequest {
        HTTPRequest(
            method: method, path: [], parameters: .init(query.map { (name: $0, value: $1) }),
            headers: headers, keepsAlive: true)
    }

    private func status(_ guardian: RequestGuard, _ request: HTTPRequest) -> Int? {
        do {
            try guardian.check(request)
            return nil
        } catch {
            return error.status
        }
    }

    @Test(arguments: ["127.0.0.1:4300", "localhost:4300", "[::1]:4300", "LOCALHOST:4300"])
    func ownNamesAreAnswered(host: String) {
        #expect(status(local, request(["host": host])) == nil)
    }

    @Test(arguments: [
        // A name that somebody lets point to this machine (DNS rebinding), with any spelling.
        "evil.example:4300", "127.0.0.1.evil.example:4300", "evil.example", "127.0.0.1:4301",
        "localhost", "localhost:43000", "a@127.0.0.1:4300", "", ":4300", "192.168.0.7:4300",
    ]) func otherNamesAreRefused(host: String) {
        #expect(status(local, request(["host": host])) == 421)
    }

    @Test func withoutHostNothingIsAnswered() { #expect(status(local, request([:])) == 421) }

    @Test(
        arguments: [
            (["origin": "http://evil.example"], 403), (["origin": "null"], 403),
            (["origin": "http://127.0.0.1:4301"], 403), (["origin": "http://127.0.0.1:4300"], nil),
            (["sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"], 403),
            (["sec-fetch-site": "same-site", "sec-fetch-mode": "cors"], 403),
            (
                [
                    "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
                    "sec-fetch-dest": "iframe",
                ], 403
            ),
            (
                [
                    "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
                    "sec-fetch-dest": "document",
                ], nil
            ),
            (["sec-fetch-site": "same-origin"], nil), (["sec-fetch-site": "none"], nil),
        ] as [([String: String], Int?)])
    func pagesElsewhereGetNothing(headers: [String: String], expected: Int?) {
        let all = headers.merging(["host": "127.0.0.1:4300"]) { a, _ in a }
        #expect(status(local, request(all)) == expected)
    }

    @Test func aFormElsewhereCannotPost() {
        let headers = [
            "host": "127.0.0.1:4300", "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "navigate", "sec-fetch-dest": "document",
        ]
        #expect(status(local, request(headers, method: "POST")) == 403)
        #expect(status(local, request(["host": "127.0.0.1:4300"], method: "DELETE")) == 405)
    }

    @Test func otherMachinesNeedTheToken() {
        let open = RequestGuard(
            host: "0.0.0.0", port: 80, names: ["box.example"], token: "secret-token")
        let host = ["host": "10.0.0.3"]
        #expect(status(open, request(host)) == 401)
        #expect(status(open, request(host, query: [("token", "secret-toke")])) == 401)
        #expect(status(open, request(host, query: [("token", "secret-token")])) == nil)
        #expect(
            status(
                open, request(host.merging(["authorization": "Bearer secret-token"]) { a, _ in a }))
                == nil)
        #expect(
            status(
                open,
                request(
                    host.merging(["cookie": "a=b; lightbox-token=secret-token"]) { a, _ in a }))
                == nil)
        #expect(
            status(open, request(["host": "evil.example"], query: [("token", "secret-token")]))
                == 421)
        #expect(
            status(open, request(["host": "box.example"], query: [("token", "secret-token")]))
                == nil)
    }

    /// Of all addresses, the link has one that others can follow.
    @Test func theLinkLeadsHereFromOtherMachines() {
        func address(_ host: String, _ reachable: [String]) -> String {
            RequestGuard(host: host, port: 80, names: [], token: "t", reachable: reachable).address
        }
        let all = ["10.0.0.3", "fd00::2"]
        #expect(address("0.0.0.0", all) == "http://10.0.0.3:80/?token=t")
        #expect(address("::", ["fd00::2"]) == "http://[fd00::2]:80/?token=t")
        #expect(address("0.0.0.0", ["fd00::2"]) == "http://127.0.0.1:80/?token=t")
        #expect(address("0.0.0.0", []) == "http://127.0.0.1:80/?token=t")
        #expect(address("127.0.0.1", all) == "http://127.0.0.1:80/?token=t")
        #expect(
            MachineAddress.all().allSatisfy {
                !$0.hasPrefix("127.") && $0 != "::1" && !$0.contains("%")
            })
    }

    @Test func tokensAreComparedWhole() {
        #expect(RequestGuard.isEqual("abc", "abc"))
        for other in ["", "ab", "abd", "abcd", "abcabc"] {
            #expect(!RequestGuard.isEqual(other, "abc"))
        }
        let tokens = (0..<20).map { _ in RequestGuard.newToken() }
        #expect(Set(tokens).count == 20)
        #expect(tokens.allSatisfy { $0.count == 32 })
    }

    @Test func aLinkWithATokenBecomesACookie() throws {
        let open = RequestGuard(host: "0.0.0.0", port: 80, names: [], token: "secret-token")
        let answer = open.welcome(
            request(["host": "10.0.0.3"], query: [("token", "secret-token"), ("where", "a = 1")]))
        let headers = try #require(answer).headers
        #expect(headers.contains { $0.name == "Location" && $0.value == "/?where=a%20%3D%201" })
        #expect(
            headers.contains {
                $0.name == "Set-Cookie" && $0.value.contains("HttpOnly; SameSite=Strict")
            })
    }
}
