import Foundation
import RunLog
import RunStore
import TestSupport
import Testing

@testable import Server

/// MLflow's API over HTTP: who may call, how large a call may be, and files.
@Suite struct TrackingTests {
    private static let word = "lightbox serve --log"

    /// A POST of JSON, or another method with any body.
    private func call(
        _ target: String, _ body: String = "{}", method: String = "POST",
        type: String = "application/json", headers: [String] = [], port: UInt16
    ) async -> RawClient.Reply {
        let fields = headers.map { field in
            let sides = field.split(separator: ": ", maxSplits: 1).map(String.init)
            return (sides[0], sides[1])
        }
        return await RawClient.ask(
            target, method: method, headers: fields + [("Content-Type", type)],
            body: method == "GET" ? "" : body, port: port)
    }

    private func begin(_ port: UInt16, headers: [String] = []) async throws -> String {
        let reply = await call("/api/2.0/mlflow/runs/create", headers: headers, port: port)
        let parts = reply.body.components(separatedBy: "\"run_id\":\"")
        return String(try #require(parts.last?.split(separator: "\"").first))
    }

    /// Whoever only shows does not take runs, and says how.
    @Test func withoutLogNobodyWrites() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let port = try served.serve()
        for target in [
            "/api/2.0/mlflow/runs/create", "/api/2.0/mlflow/experiments/search",
            "/api/2.0/mlflow-artifacts/artifacts/0/a/artifacts/b",
            "/ajax-api/2.0/mlflow/runs/search",
            "/api/2.0/nothing", "/health", "/version",
        ] {
            for method in ["POST", "GET", "PUT", "DELETE", "PATCH"] {
                let reply = await call(target, method: method, port: port)
                #expect(
                    reply.status == 403 && reply.body.contains(Self.word), "\(method) \(target)")
                #expect(reply.body.contains("PERMISSION_DENIED"))
            }
        }
        let reply = await call("/runs/1", method: "PUT", port: port)
        #expect(reply.status == 405)
    }

    @Test func runsAreLogged() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let port = try served.serve(logs: true)
        #expect(await call("/health", method: "GET", port: port).body == "OK")
        let id = try await begin(port)
        let logged = await call(
            "/api/2.0/mlflow/runs/log-metric",
            "{\"run_id\": \"\(id)\", \"key\": \"loss\", \"value\": 0.125, \"step\": 3}", port: port)
        #expect(logged.status == 200 && logged.body == "{}")
        let read = await call("/api/2.0/mlflow/runs/get?run_id=\(id)", method: "GET", port: port)
        #expect(read.headers["content-type"]?.hasPrefix("application/json") == true)
        #expect(read.body.contains("\"value\":0.125"))
        // The page has it too.
        #expect(await RawClient.ask("/runs/1", port: port).body.contains("0.125"))
        for (target, body, status, code) in [
            ("runs/log-metric", "{", 400, "BAD_REQUEST"),
            (
                "runs/log-metric", "{\"run_id\": \"none\", \"key\": \"a\", \"value\": 1}", 404,
                "RESOURCE_DOES_NOT_EXIST"
            ),
            ("runs/nothing", "{}", 404, "ENDPOINT_NOT_FOUND"),
            ("registered-models/create", "{}", 501, "NOT_IMPLEMENTED"),
        ] {
            let reply = await call("/api/2.0/mlflow/" + target, body, port: port)
            #expect(reply.status == status && reply.body.contains(code), "\(target): \(reply.body)")
        }
    }

    /// A page elsewhere cannot have a browser write.
    @Test func pagesElsewhereDoNotWrite() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let port = try served.serve(logs: true)
        let id = try await begin(port)
        for (status, headers, type) in [
            (421, ["Host: evil.example:\(port)"], "application/json"),
            (403, ["Origin: http://evil.example"], "application/json"),
            (403, ["Origin: null"], "text/plain"),
            (403, ["Sec-Fetch-Site: cross-site"], "text/plain"),
            (
                403,
                [
                    "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate",
                    "Sec-Fetch-Dest: document",
                ], "application/x-www-form-urlencoded"
            ),
            (400, [], "text/plain"), (400, [], "application/x-www-form-urlencoded"),
        ] {
            for (target, method) in [
                ("/api/2.0/mlflow/runs/set-tag", "POST"),
                ("/api/2.0/mlflow-artifacts/artifacts/0/\(id)/artifacts/a", "PUT"),
            ] where status != 400 || method == "POST" {
                let reply = await call(
                    target, "{\"run_id\": \"\(id)\", \"key\": \"evil\", \"value\": \"x\"}",
                    method: method, type: type, headers: headers, port: port)
                #expect(reply.status == status, "\(headers) \(type): \(reply.text.prefix(200))")
                #expect(reply.headers["access-control-allow-origin"] == nil)
            }
        }
        let store = try RunStore(at: served.url, mode: .readOnly)
        #expect(try store.query("SELECT * FROM tag").rows.isEmpty)
        #expect(try store.query("SELECT * FROM artifact").rows.isEmpty)
    }

    @Test func theTokenIsNeeded() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let port = try served.serve(token: "secret-token", logs: true)
        for headers in [
            [], ["Authorization: Bearer wrong-token"], ["Authorization: Basic c2VjcmV0"],
        ] {
            let reply = await call("/api/2.0/mlflow/runs/create", headers: headers, port: port)
            #expect(reply.status == 401 && reply.body.contains("UNAUTHENTICATED"))
            let file = await call(
                "/api/2.0/mlflow-artifacts/artifacts/0/a/artifacts/b", method: "PUT",
                headers: headers, port: port)
            #expect(file.status == 401)
        }
        let id = try await begin(port, headers: ["Authorization: Bearer secret-token"])
        #expect(id.count == 32)
    }

    /// What is too large is refused before it is read; what is large enough is not.
    @Test func bodiesAreBounded() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let port = try served.serve(logs: true)
        let id = try await begin(port)
        let client = try #require(RawClient(port: port))
        client.say(
            "POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
                + "Content-Length: \(MLflowAPI.longestBody + 1)\r\n\r\n")
        #expect(await client.hear().hasPrefix("HTTP/1.1 413 "))
        // Pages keep their own limit.
        let form = try #require(RawClient(port: port))
        form.say(
            "POST /sql HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: 100000\r\n\r\n")
        #expect(await form.hear().hasPrefix("HTTP/1.1 413 "))
        let points = (0..<1000).map {
            "{\"key\": \"\(String(repeating: "k", count: 240))\", \"value\": 1, \"step\": \($0)}"
        }.joined(separator: ",")
        let reply = await call(
            "/api/2.0/mlflow/runs/log-batch", "{\"run_id\": \"\(id)\", \"metrics\": [\(points)]}",
            port: port)
        #expect(reply.status == 200)
        let store = try RunStore(at: served.url, mode: .readOnly)
        #expect(try store.query("SELECT count(*) FROM any_metric").rows == [[.integer(1000)]])
    }

    @Test func filesComeAndGo() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let port = try served.serve(logs: true)
        let id = try await begin(port)
        let root = "/api/2.0/mlflow-artifacts/artifacts"
        let place = "\(root)/0/\(id)/artifacts"
        let text = String(repeating: "0123456789", count: 100_000)
        let put = await call(
            place + "/model/%C3%BC%20x.bin", text, method: "PUT", type: "text/html", port: port)
        #expect(put.status == 200, "\(put.body)")
        let got = await call(place + "/model/%C3%BC%20x.bin", method: "GET", port: port)
        #expect(got.body == text)
        // Whatever it holds, no browser shows it as a page of this server.
        #expect(got.headers["content-type"] == "application/octet-stream")
        #expect(got.headers["content-disposition"] == "attachment")
        #expect(got.headers["x-content-type-options"] == "nosniff")
        let list = await call("\(root)?path=0/\(id)/artifacts/model", method: "GET", port: port)
        #expect(
            list.body
                == "{\"files\":[{\"file_size\":1000000,\"is_dir\":false,\"path\":\"ü x.bin\"}]}")
        for (target, status) in [
            (place + "/model/../../../etc/passwd", 400), (place + "/%2e%2e/x", 400),
            (place + "/a%2fb", 400), (place + "/a%5cb", 400), (place + "/a%00", 400),
            (place + "/a%0ab", 400), ("\(root)/0/\(id)/other/a", 400),
            ("\(root)/0/none/artifacts/a", 404),
            (place, 400), (place + "/model", 400), (place + "/model/%C3%BC%20x.bin/y", 400),
        ] {
            let reply = await call(target, "x", method: "PUT", port: port)
            #expect(reply.status == status, "\(target): \(reply.body)")
        }
        #expect(await call(place + "/none", method: "GET", port: port).status == 404)
        #expect(await call(place + "/model", method: "DELETE", port: port).status == 200)
        #expect(await call(place + "/model/x.bin", method: "GET", port: port).status == 404)
        let store = try RunStore(at: served.url)
        #expect(try store.check().isEmpty)
    }

    /// An empty file comes in chunks from MLflow's clients; anything else may not.
    @Test func chunksAreReadStrictly() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let port = try served.serve(logs: true)
        let id = try await begin(port)
        func send(
            _ chunks: String, _ name: String, method: String = "PUT", more: String = ""
        ) async throws -> String {
            let client = try #require(RawClient(port: port))
            client.say(
                "\(method) /api/2.0/mlflow-artifacts/artifacts/0/\(id)/artifacts/\(name) HTTP/1.1\r\n"
                    + "Host: 127.0.0.1:\(port)\r\nTransfer-Encoding: chunked\r\n\(more)"
                    + "Connection: close\r\n\r\n" + chunks)
            return String(await client.hear().dropFirst("HTTP/1.1 ".count).prefix(3))
        }
        #expect(try await send("0\r\n\r\n", "empty") == "200")
        #expect(try await send("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", "full") == "200")
        for chunks in [
            "3\r\nabcd\r\n0\r\n\r\n", "-1\r\n\r\n", "0x1\r\na\r\n", "3;a=b\r\nabc\r\n0\r\n\r\n",
            "1000000\r\n", "\r\n\r\n", "3\nabc\n0\n\n", "0\r\nX: y\r\n\r\n",
        ] {
            #expect(try await send(chunks, "bad") == "400", "\(chunks)")
        }
        #expect(try await send("0\r\n\r\n", "two", more: "Content-Length: 5\r\n") == "501")
        #expect(try await send("0\r\n\r\n", "post", method: "POST") == "501")
        let store = try RunStore(at: served.url, mode: .readOnly)
        #expect(
            try store.query("SELECT kind, bytes FROM artifact ORDER BY kind").rows == [
                [.text("artifact:empty"), .integer(0)], [.text("artifact:full"), .integer(13)],
            ])
    }

    /// Bytes that stop half-way are no file.
    @Test func halfAFileIsNone() async throws {
        let served = try ServedStore()
        defer { served.end() }
        var limits = HTTPLimits()
        limits.arrival = 0.4
        let port = try served.serve(limits: limits, logs: true)
        let id = try await begin(port)
        let client = try #require(RawClient(port: port))
        client.say(
            "PUT /api/2.0/mlflow-artifacts/artifacts/0/\(id)/artifacts/a HTTP/1.1\r\n"
                + "Host: 127.0.0.1:\(port)\r\nContent-Length: 1000\r\n\r\nhalf")
        _ = await client.hear()
        let store = try RunStore(at: served.url)
        #expect(try store.query("SELECT * FROM artifact").rows.isEmpty)
    }
}
