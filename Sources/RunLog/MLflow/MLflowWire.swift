public import Domain
internal import Foundation
internal import RunStore

/// How the store's words are written to clients of MLflow.
enum MLflowWire {
    /// The experiment of runs that name none.
    static let standard = "Default", standardNumber = "0"

    /// The same as long as nobody logged into it.
    static let unmade = TrackedExperiment(
        number: 0, name: standard, description: "", created: nil, hasFile: false)

    static func number(of experiment: TrackedExperiment) -> String {
        number(experiment.number, name: experiment.name)
    }

    static func experiment(of run: TrackedRun) -> String {
        number(run.experiment, name: run.experimentName)
    }

    private static func number(_ number: Int64?, name: String?) -> String {
        name == standard ? standardNumber : String(number ?? 0)
    }

    static func json(_ experiment: TrackedExperiment) -> JSONValue {
        let id = number(of: experiment)
        let created = milliseconds(experiment.created) ?? .integer(0)
        return [
            "experiment_id": .text(id), "name": .text(experiment.name),
            "artifact_location": .text("mlflow-artifacts:/\(id)"), "lifecycle_stage": "active",
            "creation_time": created, "last_update_time": created,
            "tags": .list(
                experiment.description.isEmpty
                    ? [] : [pair(MLflowWords.noteTag, experiment.description)]),
        ]
    }

    static func json(_ run: TrackedRun) -> JSONValue {
        [
            "info": info(run),
            "data": [
                "metrics": .list(run.latest.map(json)),
                "params": .list(run.parameters.map { pair($0.name, $0.value) }),
                "tags": .list(tags(run).map { pair($0.name, $0.value) }),
            ],
            "inputs": ["dataset_inputs": .list(MLflowInputs.inputs(of: run))],
            "outputs": ["model_outputs": .list(MLflowModels.outputs(of: run))],
        ]
    }

    static func info(_ run: TrackedRun) -> JSONValue {
        var info: [String: JSONValue] = [
            "run_id": .text(run.id), "run_uuid": .text(run.id), "run_name": .text(run.name ?? ""),
            "experiment_id": .text(experiment(of: run)),
            "user_id": .text(run.tags.first { $0.name == "mlflow.user" }?.value ?? ""),
            "status": .text(MLflowWords.status(of: run.state, error: run.error)),
            "artifact_uri": .text(artifacts(of: run)),
            "lifecycle_stage": run.isDeleted ? "deleted" : "active",
        ]
        info["start_time"] = milliseconds(run.began)
        info["end_time"] = milliseconds(run.finished)
        return .object(info)
    }

    /// Where a client finds the files of a run.
    static func artifacts(of run: TrackedRun) -> String {
        "mlflow-artifacts:/\(experiment(of: run))/\(run.id)/artifacts"
    }

    /// Tags as MLflow has them: the name and the note among them, what only marks a run not.
    private static func tags(_ run: TrackedRun) -> [(name: String, value: String)] {
        var tags = run.tags.filter {
            $0.name != MLflowTracker.deletedTag && !$0.name.hasPrefix(MLflowInputs.tag)
                && !$0.name.hasPrefix(MLflowModels.tag)
        }
        if let name = run.name { tags.append((MLflowWords.nameTag, name)) }
        if !run.notes.isEmpty {
            tags.append((MLflowWords.noteTag, run.notes.joined(separator: "\n")))
        }
        return tags
    }

    static func json(_ point: TrackedPoint) -> JSONValue {
        var members: [String: JSONValue] = [
            "key": .text(point.key), "value": number(point.value),
            "step": .integer(Int64(point.step)),
        ]
        members["timestamp"] = milliseconds(point.time) ?? .integer(0)
        return .object(members)
    }

    /// A number as the JSON of protocol buffers writes it.
    private static func number(_ value: Double) -> JSONValue {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return .number(value)
    }

    static func pair(_ name: String, _ value: String) -> JSONValue {
        ["key": .text(name), "value": .text(value)]
    }

    private static func milliseconds(_ date: Date?) -> JSONValue? {
        date.map { .integer(Int64(nearest: $0.timeIntervalSince1970 * 1000)) }
    }

    /// A part of a list, and the token of the next one where there is more.
    static func page(
        _ name: String, _ list: [JSONValue], _ question: TrackedQuestion, hasMore: Bool
    ) -> JSONValue {
        var members: [String: JSONValue] = [name: .list(list)]
        if hasMore { members["next_page_token"] = .text(String(question.offset + question.limit)) }
        return .object(members)
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral {
    /// An object.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }

    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
}
