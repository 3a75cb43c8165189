import Domain
import Foundation
import RunStore
import Testing

@testable import RunLog

/// Calls of MLflow's API, without a server.
@Suite struct MLflowAPITests {
    let tracked: TrackedStore

    init() throws { tracked = try TrackedStore() }

    @Test func aRunIsLoggedAndRead() throws {
        let id = try tracked.begin(tags: #"[{"key": "mlflow.user", "value": "me"}]"#)
        try tracked.call(
            "runs/log-batch",
            """
            {"run_id": "\(id)",
             "metrics": [{"key": "validation/dice", "value": 0.5, "timestamp": "1760000001000", "step": "1"},
                         {"key": "validation/dice", "value": 0.75, "timestamp": 1760000002000, "step": 2},
                         {"key": "odd", "value": "NaN", "timestamp": 1760000002000, "step": 3},
                         {"key": "big", "value": "-Infinity", "timestamp": 1760000002000}],
             "params": [{"key": "lr", "value": "0.1"}, {"key": "n", "value": "1.0"}],
             "tags": [{"key": "mlflow.note.content", "value": "a note"}]}
            """)
        let run = try tracked.run(id)
        #expect(run["data"]["params"].pairs == ["lr": "0.1", "n": "1.0"])
        #expect(
            run["data"]["tags"].pairs == [
                "mlflow.user": "me", "mlflow.note.content": "a note", "mlflow.runName": "first",
            ])
        let metrics = run["data"]["metrics"].list
        #expect(metrics.map { $0["key"].text } == ["big", "odd", "validation/dice"])
        #expect(metrics.map { $0["value"] } == ["-Infinity", "NaN", .number(0.75)])
        #expect(metrics[2]["step"] == .integer(2))
        #expect(metrics[2]["timestamp"] == .integer(1_760_000_002_000))
        let info = run["info"]
        #expect(info["status"] == "RUNNING" && info["user_id"] == "me")
        #expect(info["start_time"] == .integer(1_760_000_000_000))
        #expect(info["artifact_uri"].text == "mlflow-artifacts:/0/\(id)/artifacts")
        // The same run in the store's own words.
        #expect(
            try tracked.log.texts("SELECT name, experiment, state, kind FROM any_run") == [
                ["first", "Default", "running", "logged"]
            ])
        #expect(
            try tracked.log.texts(
                "SELECT split, name, axis, position, value FROM any_metric ORDER BY name, position")
                == [
                    ["", "big", "step", "0", "-inf"], ["validation", "dice", "step", "1", "0.5"],
                    ["validation", "dice", "step", "2", "0.75"], ["", "odd", "step", "3", "-"],
                ])
    }

    @Test(arguments: [
        ("FINISHED", "completed", "FINISHED"), ("FAILED", "failed", "FAILED"),
        ("KILLED", "failed", "KILLED"),
    ]) func aRunEnds(status: String, state: String, read: String) throws {
        let id = try tracked.begin()
        let answer = try tracked.call(
            "runs/update",
            "{\"run_id\": \"\(id)\", \"status\": \"\(status)\", \"end_time\": 1760000060000}")
        #expect(answer["run_info"]["status"].text == read)
        #expect(answer["run_info"]["end_time"] == .integer(1_760_000_060_000))
        #expect(
            try tracked.log.texts("SELECT state, seconds FROM any_run") == [[state, "60.0"]])
        // It may be logged to afterwards, and goes on where somebody says so.
        try tracked.call(
            "runs/log-metric",
            "{\"run_id\": \"\(id)\", \"key\": \"late\", \"value\": 1, \"step\": 9}")
        #expect(try tracked.log.texts("SELECT state FROM any_run") == [[state]])
        #expect(try tracked.log.store.check().isEmpty)
        try tracked.call("runs/update", "{\"run_id\": \"\(id)\", \"status\": \"RUNNING\"}")
        #expect(try tracked.log.texts("SELECT state FROM any_run") == [["running"]])
        #expect(try tracked.log.store.check().isEmpty)
    }

    @Test func settingsAreSetOnce() throws {
        let id = try tracked.begin()
        let set = { (value: String) in
            tracked.refusal(
                "runs/log-parameter",
                "{\"run_id\": \"\(id)\", \"key\": \"lr\", \"value\": \"\(value)\"}")
        }
        #expect(set("0.1") == nil && set("0.1") == nil)
        #expect(set("0.2")?.code == .invalid)
        #expect(set("0.10")?.message.contains("'0.10'") == true)
        // A batch is taken whole or not at all.
        let batch = tracked.refusal(
            "runs/log-batch",
            """
            {"run_id": "\(id)", "metrics": [{"key": "a", "value": 1}],
             "params": [{"key": "lr", "value": "9"}], "tags": [{"key": "t", "value": "t"}]}
            """)
        #expect(batch?.code == .invalid)
        #expect(try tracked.log.texts("SELECT count(*) FROM any_metric") == [["0"]])
        #expect(try tracked.log.texts("SELECT count(*) FROM tag") == [["0"]])
    }

    @Test func tagsNamesAndNotesChange() throws {
        let id = try tracked.begin()
        func set(_ key: String, _ value: String) throws {
            try tracked.call(
                "runs/set-tag",
                "{\"run_id\": \"\(id)\", \"key\": \"\(key)\", \"value\": \"\(value)\"}")
        }
        try set("mlflow.runName", "second")
        try set("mlflow.note.content", "one")
        try set("mlflow.note.content", "two")
        try set("a", "b")
        #expect(try tracked.run(id)["info"]["run_name"] == "second")
        #expect(try tracked.log.texts("SELECT text FROM note") == [["two"]])
        for key in ["a", "mlflow.note.content"] {
            try tracked.call("runs/delete-tag", "{\"run_id\": \"\(id)\", \"key\": \"\(key)\"}")
            #expect(
                tracked.refusal("runs/delete-tag", "{\"run_id\": \"\(id)\", \"key\": \"\(key)\"}")?
                    .code == .unknown)
        }
        #expect(try tracked.run(id)["data"]["tags"].pairs == ["mlflow.runName": "second"])
        try tracked.call("runs/update", "{\"run_id\": \"\(id)\", \"run_name\": \"third\"}")
        #expect(try tracked.log.texts("SELECT name FROM any_run") == [["third"]])
    }

    @Test func runsAreDeletedAndRestored() throws {
        let id = try tracked.begin()
        try tracked.call("runs/delete", "{\"run_id\": \"\(id)\"}")
        #expect(try tracked.search("").isEmpty)
        #expect(try tracked.search("", more: ", \"run_view_type\": \"DELETED_ONLY\"") == ["first"])
        #expect(try tracked.run(id)["info"]["lifecycle_stage"] == "deleted")
        let late = tracked.refusal(
            "runs/log-metric", "{\"run_id\": \"\(id)\", \"key\": \"a\", \"value\": 1}")
        #expect(late?.code == .invalid)
        try tracked.call("runs/restore", "{\"run_id\": \"\(id)\"}")
        #expect(try tracked.search("") == ["first"])
        #expect(try tracked.log.store.check().isEmpty)
    }

    @Test func experimentsAreMadeAndFound() throws {
        let made = try tracked.call(
            "experiments/create",
            #"{"name": "nets", "tags": [{"key": "mlflow.note.content", "value": "of nets"}]}"#)
        let id = made["experiment_id"].text
        #expect(tracked.refusal("experiments/create", #"{"name": "nets"}"#)?.code == .taken)
        let byName = try tracked.call("experiments/get-by-name", query: "experiment_name=nets")
        #expect(byName["experiment"]["experiment_id"].text == id)
        #expect(
            byName["experiment"]["tags"].pairs == ["mlflow.note.content": "of nets"])
        try tracked.call(
            "experiments/update", "{\"experiment_id\": \"\(id)\", \"new_name\": \"more nets\"}")
        try tracked.call(
            "experiments/set-experiment-tag",
            "{\"experiment_id\": \"\(id)\", \"key\": \"mlflow.note.content\", \"value\": \"x\"}")
        let found = try tracked.call("experiments/get", query: "experiment_id=\(id)")["experiment"]
        #expect(found["name"] == "more nets" && found["tags"].pairs.values.first == "x")
        let names = { (body: String) in
            try tracked.call("experiments/search", body)["experiments"].list.map { $0["name"].text }
        }
        #expect(try names("{\"max_results\": 10}") == ["more nets", "Default"])
        #expect(
            try names(#"{"max_results": 10, "filter": "name LIKE 'more%'"}"#) == ["more nets"])
        #expect(try names(#"{"max_results": 10, "view_type": "DELETED_ONLY"}"#).isEmpty)
        #expect(
            try tracked.call("experiments/list")["experiments"].list.count == 2)
        // Number 0 is Default before and after somebody logs into it.
        _ = try tracked.begin()
        #expect(try names("{}") == ["Default", "more nets"])
        #expect(
            try tracked.call("experiments/get", query: "experiment_id=0")["experiment"]["name"]
                == "Default")
        for (path, query) in [
            ("experiments/get", "experiment_id=77"), ("experiments/get", "experiment_id=x"),
            ("experiments/get-by-name", "experiment_name=none"),
        ] {
            #expect(tracked.refusal(path, query: query)?.code == .unknown)
        }
        #expect(try tracked.log.store.check().isEmpty)
    }

    /// Cells are made by their file alone.
    /// Clients may be sent to either of two servers of one store, call by call.
    @Test func twoServersShareARun() throws {
        let other = try MLflowAPI(store: tracked.log.store.url, version: "0")
        let id = try tracked.begin()
        func metric(_ step: Int) -> [UInt8] {
            Array(
                #"{"run_id":"\#(id)","key":"a","value":\#(step),"timestamp":1,"step":\#(step)}"#
                    .utf8)
        }
        for step in 0..<4 {
            _ = try (step % 2 == 0 ? other : tracked.api).answer(
                "POST", "runs/log-metric", query: [], body: metric(step))
        }
        #expect(
            try tracked.log.texts("SELECT count(*), max(value) FROM any_metric") == [["4", "3.0"]])
        _ = try other.answer(
            "POST", "runs/update", query: [],
            body: Array(#"{"run_id":"\#(id)","status":"FINISHED"}"#.utf8))
        #expect(try tracked.log.texts("SELECT state, attempts FROM run") == [["completed", "1"]])
        #expect(try tracked.log.texts("SELECT count(*) FROM lease") == [["0"]])
        #expect(try tracked.log.store.check().isEmpty)
    }

    @Test func noRunGoesIntoAnExperimentWithAFile() throws {
        let number = try tracked.log.store.record(
            ExperimentRecord(name: "sweep", source: "name: sweep"))
        let refusal = tracked.refusal("runs/create", "{\"experiment_id\": \"\(number)\"}")
        #expect(refusal?.code == .invalid && refusal?.message.contains("has a file") == true)
        #expect(
            tracked.refusal(
                "experiments/update", "{\"experiment_id\": \"\(number)\", \"new_name\": \"x\"}")?
                .code == .invalid)
        #expect(try tracked.log.texts("SELECT count(*) FROM run") == [["0"]])
    }

    @Test func curvesAreReadInParts() throws {
        let id = try tracked.begin()
        let points = (0..<900).map {
            "{\"key\": \"loss\", \"value\": \($0), \"step\": \($0), \"timestamp\": 1760000000000}"
        }
        try tracked.call(
            "runs/log-batch",
            "{\"run_id\": \"\(id)\", \"metrics\": [\(points.joined(separator: ","))]}")
        let all = try tracked.call("metrics/get-history", query: "run_id=\(id)&metric_key=loss")
        #expect(all["metrics"].list.map { $0["step"] } == (0..<900).map { .integer($0) })
        #expect(all["next_page_token"] == .null)
        var steps: [JSONValue] = []
        var token = ""
        repeat {
            let page = try tracked.call(
                "metrics/get-history",
                query: "run_id=\(id)&metric_key=loss&max_results=400&page_token=\(token)")
            steps += page["metrics"].list.map { $0["step"] }
            token = page["next_page_token"].text
        } while !token.isEmpty
        #expect(steps == (0..<900).map { .integer($0) })
        let thin = try tracked.call(
            "metrics/get-history-bulk-interval",
            query: "run_ids=\(id)&metric_key=loss&start_step=100&end_step=899&max_results=5")
        #expect(
            thin["metrics"].list.map { $0["step"] }
                == [100, 299, 499, 699, 899].map { .integer($0) })
        #expect(thin["metrics"].list.allSatisfy { $0["run_id"].text == id })
        let bulk = try tracked.call(
            "metrics/get-history-bulk", query: "run_id=\(id)&metric_key=loss")
        #expect(bulk["metrics"].list.count == 900)
    }

    @Test func dataSetsAndModelsOfARunAreKept() throws {
        let id = try tracked.begin()
        try tracked.call(
            "runs/log-inputs",
            """
            {"run_id": "\(id)", "datasets": [{"tags": [{"key": "mlflow.data.context", "value": "training"}],
             "dataset": {"name": "iris", "digest": "abc", "source_type": "code", "source": "{}",
                         "profile": "\(String(repeating: "x", count: 70_000))"}}]}
            """)
        let input = try tracked.run(id)["inputs"]["dataset_inputs"].list
        #expect(input.count == 1 && input[0]["dataset"]["name"] == "iris")
        #expect(input[0]["tags"].pairs == ["mlflow.data.context": "training"])
        #expect(input[0]["dataset"]["profile"] == .null)
        for path in ["model", "more"] {
            try tracked.call(
                "runs/log-model",
                "{\"run_id\": \"\(id)\", \"model_json\": \"{\\\"artifact_path\\\": \\\"\(path)\\\"}\"}"
            )
        }
        let history = try tracked.run(id)["data"]["tags"].pairs["mlflow.log-model.history"] ?? ""
        let models = try JSONLine.value(Array(history.utf8)).list
        #expect(models.map { $0["artifact_path"].text } == ["model", "more"])
    }

    /// The models of MLflow 3 belong to their run.
    @Test func modelsBelongToTheirRun() throws {
        let id = try tracked.begin()
        let made = try tracked.call(
            "logged-models",
            """
            {"experiment_id": "0", "name": "net", "source_run_id": "\(id)",
             "params": [{"key": "lr", "value": "1"}], "tags": [{"key": "t", "value": "u"}]}
            """)["model"]
        let model = made["info"]["model_id"].text
        #expect(made["info"]["status"] == "LOGGED_MODEL_PENDING")
        #expect(
            made["info"]["artifact_uri"].text
                == "mlflow-artifacts:/0/\(id)/artifacts/models/\(model)")
        _ = try tracked.api.answer(
            "PATCH", "logged-models/\(model)", query: [],
            body: Array(#"{"status": "LOGGED_MODEL_READY"}"#.utf8))
        _ = try tracked.api.answer(
            "PATCH", "logged-models/\(model)/tags", query: [],
            body: Array(#"{"tags": [{"key": "t", "value": "v"}]}"#.utf8))
        try tracked.call(
            "logged-models/\(model)/params", #"{"params": [{"key": "n", "value": "2"}]}"#)
        let read = try tracked.call("logged-models/\(model)")["model"]
        #expect(read["info"]["status"] == "LOGGED_MODEL_READY" && read["info"]["name"] == "net")
        #expect(read["info"]["tags"].pairs == ["t": "v"])
        #expect(read["data"]["params"].pairs == ["lr": "1", "n": "2"])
        try tracked.call(
            "runs/outputs",
            "{\"run_id\": \"\(id)\", \"models\": [{\"model_id\": \"\(model)\", \"step\": 4}]}")
        let outputs = try tracked.run(id)["outputs"]["model_outputs"].list
        #expect(outputs.map { $0["model_id"].text } == [model] && outputs[0]["step"] == .integer(4))
        let draft = try tracked.api.draft((id, "models/\(model)/MLmodel"))
        try tracked.api.adopt(draft)
        let files = try tracked.call("logged-models/\(model)/artifacts/directories")["files"].list
        #expect(files.map { $0["path"].text } == ["MLmodel"])
        let found = try tracked.call("logged-models/search", #"{"experiment_ids": ["0"]}"#)
        #expect(found["models"].list.map { $0["info"]["model_id"].text } == [model])
        for (filter, count) in [
            ("name = 'net'", 1), ("name = 'x'", 0), ("source_run_id IN ('\(id)')", 1),
            ("name != 'net' AND source_run_id = '\(id)'", 0),
        ] {
            let body = "{\"experiment_ids\": [\"0\"], \"filter\": \"\(filter)\"}"
            let models = try tracked.call("logged-models/search", body)["models"].list
            #expect(models.count == count, "\(filter)")
        }
        // No tag of the run shows what only marks it.
        #expect(try tracked.run(id)["data"]["tags"].pairs == ["mlflow.runName": "first"])
        for (path, body) in [
            ("logged-models", #"{"experiment_id": "0", "name": "a"}"#),
            ("logged-models/search", #"{"experiment_ids": ["0"], "filter": "name LIKE 'n%'"}"#),
            ("logged-models/\(model)/nothing", "{}"),
        ] {
            #expect(tracked.refusal(path, body)?.code == .notImplemented, "\(path)")
        }
        #expect(tracked.refusal("logged-models/m-none")?.code == .unknown)
        #expect(
            tracked.refusal(
                "runs/outputs", "{\"run_id\": \"\(id)\", \"models\": [{\"model_id\": \"x\"}]}")?
                .code == .unknown)
    }

    /// Runs that were imported are read by the same calls.
    @Test func importedRunsAreRead() throws {
        var words = MLflowWords(
            id: String(repeating: "a", count: 32), experiment: "old", status: "RUNNING",
            parameters: [("lr", "0.1")], tags: [("mlflow.note.content", "n")])
        words.name = "was"
        _ = try tracked.log.store.record(
            words.imported(points: [LoggedPoint(key: "loss", axis: .step, position: 3, value: 2)]),
            version: "0")
        let run = try tracked.run(words.id)
        #expect(run["info"]["status"] == "KILLED" && run["data"]["params"].pairs == ["lr": "0.1"])
        // A tag does not set it to work, a value does.
        try tracked.call(
            "runs/set-tag", "{\"run_id\": \"\(words.id)\", \"key\": \"a\", \"value\": \"b\"}")
        #expect(try tracked.log.texts("SELECT state FROM any_run") == [["interrupted"]])
        #expect(try tracked.log.store.check().isEmpty)
        try tracked.call(
            "runs/log-metric",
            "{\"run_id\": \"\(words.id)\", \"key\": \"loss\", \"value\": 1, \"step\": 4}")
        #expect(try tracked.log.texts("SELECT state FROM any_run") == [["running"]])
    }

    /// Clients at once lose nothing.
    @Test func clientsAtOnceLoseNothing() async throws {
        let id = try tracked.begin()
        let api = tracked.api
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<16 {
                group.addTask {
                    for batch in 0..<5 {
                        let points = (0..<50).map { step in
                            "{\"key\": \"c\(client)\", \"value\": 1, \"step\": \(batch * 50 + step)}"
                        }.joined(separator: ",")
                        let body = "{\"run_id\": \"\(id)\", \"metrics\": [\(points)]}"
                        _ = try api.answer(
                            "POST", "runs/log-batch", query: [], body: Array(body.utf8))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(
            try tracked.log.texts(
                "SELECT count(*), count(DISTINCT name), min(position), max(position) FROM any_metric"
            )
                == [["4000", "16", "0", "249"]])
    }
}
