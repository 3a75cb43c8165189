import Domain
import Foundation
import RunStore
import Testing

@testable import RunLog

/// What no client of MLflow sends, and what is refused with a sentence.
@Suite struct MLflowHostileTests {
    let tracked: TrackedStore

    init() throws { tracked = try TrackedStore() }

    /// Every call has an answer to nonsense, and writes nothing.
    @Test(arguments: [
        "", "{}", "[]", "null", "7", "{", "{\"run_id\": 7}", "{\"run_id\": null}", "\u{FEFF}{}",
        "{\"run_id\": \"../../etc/passwd\"}", "{\"run_id\": [\"a\"]}",
        "{\"run_id\": \"a\\u0000b\"}",
        "{\"run_id\": \"a\", \"run_id\": \"b\"}", "{\"name\": \"a\\nb\"}", "{\"name\": {}}",
        "{\"run_id\": \"x\", \"key\": \"k\", \"value\": \"v\", \"metrics\": 1}",
        "{\"experiment_id\": \"99999999999999999999\"}",
        "{\"experiment_id\": -1, \"new_name\": \"x\"}",
        "{\"experiment_ids\": [1.5], \"filter\": 1}", "{\"max_results\": 0}",
        "{\"max_results\": \"9223372036854775808\"}", "{\"page_token\": \"-1\"}",
        "{\"order_by\": [[]]}", String(repeating: "[", count: 10_000),
    ]) func nonsenseIsRefused(body: String) throws {
        let before = try tracked.log.texts("SELECT count(*) FROM run")
        for call in MLflowCall.all {
            let path = call.path.hasSuffix("/") ? call.path + "x" : call.path
            let fault = tracked.refusal(path, body)
            if let fault {
                #expect(
                    fault.code.status < 500 || fault.code == .notImplemented, "\(path): \(fault)")
                #expect(!fault.message.isEmpty)
            } else {
                // Calls that need nothing answer what needs nothing.
                #expect(
                    [
                        "runs/create", "runs/search", "experiments/search", "experiments/list",
                        "logged-models/search",
                    ].contains(path), "\(path) took \(body.prefix(60))")
            }
        }
        let made = try tracked.log.texts("SELECT count(*) FROM run")
        #expect(made == before || tracked.refusal("runs/create", body) == nil)
    }

    private func refused(_ path: String, _ members: String, _ words: String) throws {
        let id = try tracked.begin()
        let fault = tracked.refusal(path, "{\"run_id\": \"\(id)\", \(members)}")
        #expect(fault?.code == .invalid, "\(members.prefix(80)): \(fault?.message ?? "taken")")
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        #expect(try tracked.log.texts("SELECT count(*) FROM any_metric") == [["0"]])
        #expect(try tracked.log.texts("SELECT count(*) FROM param") == [["0"]])
    }

    @Test(arguments: [
        ("\"key\": \"a\", \"value\": \"one\"", "expected a number"),
        ("\"key\": \"a\", \"value\": true", "expected a number"),
        ("\"key\": \"a\", \"value\": \"1e999\"", "expected a number"),
        ("\"key\": \"a\"", "expected a number"),
        ("\"value\": 1", "\"key\""), ("\"key\": \"\", \"value\": 1", "\"key\""),
        ("\"key\": \"a\\u0007\", \"value\": 1", "control characters"),
        ("\"key\": \"a\", \"value\": 1, \"step\": -1", "from 0"),
        ("\"key\": \"a\", \"value\": 1, \"step\": 1.5", "from 0"),
        ("\"key\": \"a\", \"value\": 1, \"step\": 9007199254740993", "from 0"),
        ("\"key\": \"a\", \"value\": 1, \"timestamp\": -5", "\"timestamp\""),
        ("\"key\": \"a\", \"value\": 1, \"timestamp\": 253402300800000", "\"timestamp\""),
    ]) func metrics(members: String, words: String) throws {
        try refused("runs/log-metric", members, words)
    }

    @Test func limits() throws {
        let long = String(repeating: "k", count: 251)
        try refused("runs/log-metric", "\"key\": \"\(long)\", \"value\": 1", "250 bytes")
        try refused("runs/log-parameter", "\"key\": \"\(long)\", \"value\": \"1\"", "250 bytes")
        try refused(
            "runs/log-parameter",
            "\"key\": \"a\", \"value\": \"\(String(repeating: "v", count: 65_537))\"", "65536")
        func many(_ count: Int) -> String {
            (0..<count).map { "{\"key\": \"k\($0)\", \"value\": \"1\"}" }.joined(separator: ",")
        }
        try refused("runs/log-batch", "\"metrics\": [\(many(1001))]", "1000 at most")
        try refused("runs/log-batch", "\"params\": [\(many(101))]", "100 at most")
        try refused("runs/log-batch", "\"tags\": [\(many(101))]", "100 at most")
        try refused(
            "runs/log-batch", "\"metrics\": [\(many(950))], \"params\": [\(many(100))]",
            "1000 at most")
        try refused("runs/log-batch", "\"metrics\": [7]", "objects")
        try refused("runs/update", "\"status\": \"SCHEDULED\"", "RUNNING, FINISHED")
        try refused("runs/log-model", "\"model_json\": \"[]\"", "a JSON object")
    }

    /// Every call that is refused says why.
    @Test func refusedCallsSayWhy() {
        for call in MLflowCall.all where call.refusal != nil {
            let path = call.path.hasSuffix("/") ? call.path + "search" : call.path
            let fault = tracked.refusal(path, "{}")
            #expect(fault?.code == .notImplemented && fault?.message == call.refusal, "\(path)")
        }
        #expect(tracked.refusal("runs/nothing", "{}")?.code == .missing)
        #expect(tracked.refusal("", "{}")?.code == .missing)
        #expect(tracked.refusal("runs/create")?.code == .bad)
        #expect(tracked.refusal("runs/get", "{}")?.code == .bad)
        for body in [
            #"{"name": "a", "artifact_location": "s3://x"}"#,
            #"{"name": "a", "tags": [{"key": "team", "value": "b"}]}"#,
        ] {
            #expect(tracked.refusal("experiments/create", body)?.code == .notImplemented)
        }
        #expect(Set(MLflowCall.all.map(\.path)).count == MLflowCall.all.count)
    }

    // MARK: Files

    @Test(arguments: [
        "", "/", "..", "a/../b", "./a", "a//b", "/a", "a/", "a\\b", "a\u{0}b", "a\nb",
        String(repeating: "a", count: 256), String(repeating: "a/", count: 600) + "a",
    ]) func noPathReachesOut(path: String) throws {
        let id = try tracked.begin()
        #expect(throws: MLflowFault.self) { _ = try tracked.api.draft((id, path)) }
    }

    @Test func filesAreKeptWhole() throws {
        let id = try tracked.begin()
        func put(_ path: String, _ text: String) throws {
            let draft = try tracked.api.draft((id, path))
            try draft.append(Array(text.utf8))
            try tracked.api.adopt(draft)
        }
        func get(_ path: String) throws -> String {
            let file = try tracked.api.file((id, path))
            return String(
                decoding: try file.piece(at: 0, count: Int(file.bytes)), as: UTF8.self)
        }
        try put("a.txt", "first")
        try put("model/MLmodel", "flavors")
        try put("model/data/x", "")
        try put("a.txt", "second, longer")
        #expect(try get("a.txt") == "second, longer" && get("model/data/x") == "")
        #expect(
            try tracked.api.list((id, ""))
                == #"{"files":[{"file_size":14,"is_dir":false,"path":"a.txt"},{"is_dir":true,"path":"model"}]}"#
        )
        let below = try tracked.call("artifacts/list", query: "run_id=\(id)&path=model")
        #expect(below["files"].list.map { $0["path"].text } == ["model/MLmodel", "model/data"])
        #expect(try tracked.api.list((id, "a.txt")) == #"{"files":[]}"#)
        // Two spellings of one name are one name, here as in Swift.
        try put("e\u{301}", "apart")
        try put("\u{e9}", "together")
        #expect(try get("e\u{301}") == "together")
        try tracked.api.remove((id, "\u{e9}"))
        // One file a row and a row a file; drafts that were given up are gone.
        do { _ = try tracked.api.draft((id, "given/up")) }
        #expect(try tracked.log.store.check().isEmpty)
        for path in ["a.txt/b", "model"] {
            #expect(throws: MLflowFault.self) { _ = try tracked.api.draft((id, path)) }
        }
        // What was changed by hand is not handed out.
        let named = try tracked.log.texts("SELECT path FROM artifact WHERE kind = 'artifact:a.txt'")
        try Data("changed here!!".utf8).write(
            to: tracked.log.folder.appendingPathComponent(named[0][0]))
        #expect(throws: MLflowFault.self) { _ = try get("a.txt") }
        try tracked.api.remove((id, "a.txt"))
        try tracked.api.remove((id, "model"))
        #expect(try tracked.api.list((id, "")) == #"{"files":[]}"#)
        #expect(throws: MLflowFault.self) { try tracked.api.remove((id, "model")) }
        #expect(try tracked.log.store.check().isEmpty)
        #expect(throws: MLflowFault.self) { _ = try tracked.api.draft(("none", "a")) }
    }
}
