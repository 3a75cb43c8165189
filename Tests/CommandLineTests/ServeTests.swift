import Foundation
import GRDB
import RunStore
import TestSupport
import Testing

/// `lightbox serve` as a user starts it.
@Suite struct ServeTests {
    /// A program that serves, and where.
    private final class Serving {
        let process: Process
        let port: UInt16
        let address: String

        init(_ program: Program, _ arguments: String...) throws {
            let output = program.folder.appendingPathComponent("serve-\(UUID().uuidString)")
            process = try program.start(["serve", "--port", "0"] + arguments, output: output)
            var said = ""
            while !said.hasSuffix("\n"), process.isRunning {
                usleep(5_000)
                said = try String(contentsOf: output, encoding: .utf8)
            }
            let match = try #require(
                said.firstMatch(of: #/at (http:\/\/[^:]+:([0-9]+)\/(\S*))\n/#), "\(said)")
            address = String(match.1)
            port = try #require(UInt16(match.2))
        }

        func ask(_ target: String, _ headers: (String, String)...) async -> RawClient.Reply {
            await RawClient.ask(target, headers: headers, port: port)
        }

        func end(_ number: Int32 = SIGINT) {
            kill(process.processIdentifier, number)
            process.waitUntilExit()
        }

        deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    }

    private func filled() throws -> Program {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        return program
    }

    /// It answers, and Ctrl-C ends it also while a page waits for news.
    @Test(arguments: [SIGINT, SIGTERM]) func startsAnswersAndEnds(number: Int32) async throws {
        let program = try filled()
        let serving = try Serving(program, "--store", "s.db")
        let reply = await serving.ask("/")
        #expect(reply.status == 200 && reply.body.contains("compare run 2"))
        #expect(await serving.ask("/runs/1").body.contains("kltv") == false)
        #expect(
            await serving.ask("/style.css").headers["content-type"]?.hasPrefix("text/css") == true)
        let listener = try #require(RawClient(port: serving.port))
        listener.say("GET /events?address=/ HTTP/1.1\r\nHost: 127.0.0.1:\(serving.port)\r\n\r\n")
        #expect(await listener.hear { $0.contains("alive") }.contains("event-stream"))
        serving.end(number)
        #expect(serving.process.terminationReason == .uncaughtSignal)
        #expect(serving.process.terminationStatus == number)
        #expect(await listener.isClosed())
        #expect(RawClient(port: serving.port) == nil)
    }

    /// Two servers show one store while it is written.
    @Test func twoServersShowOneStore() async throws {
        let program = try filled()
        let servers = try [
            Serving(program, "--store", "s.db"), Serving(program, "--store", "s.db"),
        ]
        for server in servers { #expect(await server.ask("/").body.contains("compare run 3")) }
        let ending = try program.run("delete", "3", "--yes", "--store", "s.db")
        #expect(ending.status == 0, "\(ending.errors)")
        for server in servers {
            #expect(await !server.ask("/").body.contains("compare run 3"))
            #expect(await server.ask("/runs/3").status == 404)
        }
        #expect(try program.run("check", "--store", "s.db").status == 0)
    }

    /// The store is never written by the pages.
    @Test func theStoreStaysAsItWas() async throws {
        let program = try filled()
        let file = program.folder.appendingPathComponent("s.db")
        let before = try Data(contentsOf: file)
        let serving = try Serving(program, "--store", "s.db")
        for target in [
            "/", "/runs/1", "/compare?runs=1,2", "/experiments/pair/report",
            "/sql?sql=DELETE+FROM+run",
        ] {
            #expect(await serving.ask(target).status == 200, "\(target)")
        }
        serving.end()
        #expect(try Data(contentsOf: file) == before)
    }

    /// On another address, and where a token is named, nobody is answered without it.
    @Test func otherAddressesNeedAToken() async throws {
        let program = try filled()
        let serving = try Serving(program, "--store", "s.db", "--address", "0.0.0.0")
        let token = try #require(serving.address.split(separator: "=").last).description
        #expect(token.count == 32)
        #expect(await serving.ask("/").status == 401)
        #expect(await serving.ask("/", ("Authorization", "Bearer \(token)")).status == 200)
        #expect(
            await serving.ask("/?token=\(token)").headers["set-cookie"]?.contains("HttpOnly")
                == true)
        #expect(
            await serving.ask(
                "/", ("Authorization", "Bearer \(token)"), ("Host", "evil.example:\(serving.port)")
            ).status == 421)
        let short = try program.run("serve", "--token", "short", "--store", "s.db")
        #expect(short.status == 64 && short.errors.contains("--token is too short"))
    }

    /// What stands in the way is one sentence.
    @Test func whatIsInTheWayIsSaid() throws {
        let program = try filled()
        let serving = try Serving(program, "--store", "s.db")
        let port = String(serving.port)
        expectSentence(
            try program.run("serve", "--store", "s.db", "--port", port), status: 73,
            "cannot listen on 127.0.0.1 port \(port)", "--port")
        expectSentence(
            try program.run("serve", "--store", "s.db", "--address", "nowhere"), status: 73,
            "cannot listen on nowhere", "IP address")
        expectSentence(
            try program.run("serve", "--store", "s.db", "--address", "192.0.2.1"), status: 73,
            "this machine has no such address")
        expectSentence(
            try program.run("serve", "--store", "none.db"), status: 66, "none.db")
        expectSentence(
            try program.run("serve", "--store", "s.db", "--data", "nowhere"), status: 66, "--data")
    }

    /// Text of anybody in the store is text on the pages.
    @Test func hostileTextIsText() async throws {
        let program = try filled()
        let attack = "<script>alert(1)</script>\"'\u{1B}[2J\r\nX: y"
        try Stores.spoil(program.folder.appendingPathComponent("s.db"), with: attack)
        let serving = try Serving(program, "--store", "s.db")
        for target in [
            "/", "/?group=seeds", "/runs/1", "/runs/3", "/runs/1/images", "/compare?runs=1,2",
            "/experiments", "/reports", "/reports/leaderboard",
            "/sql?sql=SELECT+*+FROM+run_overview",
        ] {
            let reply = await serving.ask(target)
            #expect(
                reply.status == 200 || reply.status == 500, "\(target): \(reply.text.prefix(300))")
            #expect(!reply.text.contains("<script>alert"), "\(target)")
            #expect(!reply.text.contains("\u{1B}"), "\(target)")
            #expect(reply.headers["x"] == nil)
        }
    }
}
