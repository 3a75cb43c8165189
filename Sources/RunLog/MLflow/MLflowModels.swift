internal import Domain
internal import Foundation
internal import RunStore

/// The models of MLflow 3: records with a number, each of the run that made it. One is kept as a tag
/// of that run, its files as artifacts of the run below `models/`.
struct MLflowModels {
    /// What the tags of models begin with; then comes the model's number.
    static let tag = "lightbox.model."

    private static let pending = "LOGGED_MODEL_PENDING"
    private static let statuses = [
        pending, "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED",
    ]

    /// What is kept of a model.
    private struct Record {
        var members: [String: JSONValue]

        init(_ members: [String: JSONValue]) { self.members = members }

        init?(_ text: String) {
            guard case .object(let members)? = try? JSONLine.value(Array(text.utf8)) else {
                return nil
            }
            self.members = members
        }

        /// As a tag.
        func text() throws(MLflowFault) -> String {
            let text = JSONValue.object(members).canonicalJSON
            guard text.utf8.count <= LogLine.longestText else {
                throw MLflowFault(
                    .invalid,
                    "what is said of the model has \(text.utf8.count) bytes; expected "
                        + "\(LogLine.longestText) at most")
            }
            return text
        }

        mutating func add(_ pairs: [String: String], to name: String) {
            var known: [String: JSONValue] =
                if case .object(let known)? = members[name] { known } else { [:] }
            for (key, value) in pairs { known[key] = .text(value) }
            members[name] = .object(known)
        }

        func pairs(_ name: String) -> JSONValue {
            guard case .object(let known)? = members[name] else { return .list([]) }
            return .list(
                known.sorted { $0.key < $1.key }.map { ["key": .text($0.key), "value": $0.value] })
        }
    }

    // MARK: Calls

    static let calls = [
        MLflowCall(["POST"], "logged-models", create),
        MLflowCall(["POST"], "logged-models/search", search),
        MLflowCall(["GET", "PATCH", "POST"], "logged-models/", change),
        MLflowCall(["POST"], "runs/outputs") { fields, tracker in
            let run = try tracker.run(fields.runID()).id
            for model in try fields.objects("models", "a model", most: MLflowCall.mostWords) {
                let id = try model.requiredName("model_id")
                let step = try model.whole("step", in: 0...(1 << 53)) ?? 0
                try tracker.change(tag: tag + id, of: run) { known in
                    guard var record = known.flatMap({ Record($0) }) else { throw unknown(id) }
                    record.members["step"] = .integer(step)
                    return try record.text()
                }
            }
            return [:]
        },
    ]

    @Sendable private static func create(
        _ fields: MLflowFields, _ tracker: MLflowTracker
    ) throws -> JSONValue {
        guard let source = try fields.name("source_run_id") else {
            throw MLflowFault(
                .notImplemented, "a model belongs to a run here; log it inside one (start_run)")
        }
        let run = try tracker.run(source)
        let id = "m-" + UUID().uuidString.lowercased().replacing("-", with: "")
        let now = JSONValue.integer(Int64(Date().timeIntervalSince1970 * 1000))
        var record = Record([
            "name": .text(try fields.name("name") ?? id), "status": .text(pending),
            "created": now, "updated": now,
        ])
        if let type = try fields.name("model_type") { record.members["type"] = .text(type) }
        record.add(try fields.pairs("params", "a parameter", most: 1000), to: "params")
        record.add(try fields.pairs("tags", "a tag", most: 1000), to: "tags")
        try tracker.log(source, tags: [tag + id: record.text()])
        return ["model": json(id, record, of: run)]
    }

    /// Reads a model, or changes its status, tags or parameters.
    @Sendable private static func change(
        _ fields: MLflowFields, _ tracker: MLflowTracker
    ) throws -> JSONValue {
        let id = fields.rest.first ?? ""
        guard let source = try tracker.run(taggedWith: tag + id) else { throw unknown(id) }
        switch (fields.method, fields.rest.dropFirst().joined(separator: "/")) {
        case ("GET", ""): break
        case ("GET", "artifacts/directories"):
            return try list(fields, id, tracker.run(source), tracker)
        case ("PATCH", ""):
            let status = try fields.requiredName("status")
            guard statuses.contains(status) else {
                throw fields.bad(
                    "status", "'\(status.prefix(40))'", statuses.joined(separator: ", "))
            }
            try update(id, of: source, tracker) { $0.members["status"] = .text(status) }
        case ("PATCH", "tags"):
            let tags = try fields.pairs("tags", "a tag", most: 1000)
            try update(id, of: source, tracker) { $0.add(tags, to: "tags") }
        case ("POST", "params"):
            let parameters = try fields.pairs("params", "a parameter", most: 1000)
            try update(id, of: source, tracker) { $0.add(parameters, to: "params") }
        default:
            throw MLflowFault(.notImplemented, "models are made, read and finished here, no more")
        }
        let run = try tracker.run(source)
        let text = run.tags.first { $0.name == tag + id }?.value
        guard let record = text.flatMap({ Record($0) }) else { throw unknown(id) }
        return ["model": json(id, record, of: run)]
    }

    private static func update(
        _ id: String, of run: String, _ tracker: MLflowTracker, _ body: (inout Record) -> Void
    ) throws {
        try tracker.change(tag: tag + id, of: run) { known in
            guard var record = known.flatMap({ Record($0) }) else { throw unknown(id) }
            body(&record)
            record.members["updated"] = .integer(Int64(Date().timeIntervalSince1970 * 1000))
            return try record.text()
        }
    }

    /// The models of all runs of some experiments, by name and run.
    @Sendable private static func search(
        _ fields: MLflowFields, _ tracker: MLflowTracker
    ) throws -> JSONValue {
        let conditions = try MLflowFilter.conditions(fields.text("filter") ?? "", of: .models)
        let limit = Int(try fields.whole("max_results", in: 1...1000) ?? 100)
        let offset = try fields.name("page_token").map(MLflowFilter.offset) ?? 0
        var question = TrackedQuestion(limit: 50_000)
        question.experiments = try MLflowCall.numbers(of: fields, tracker)
        let found = try tracker.search(question).runs.flatMap { run in
            try models(of: run).filter { try holds(conditions, of: $0) }
        }
        let end = min(found.count, offset + limit)
        var members: [String: JSONValue] = [
            "models": .list(offset < end ? Array(found[offset..<end]) : [])
        ]
        if end < found.count { members["next_page_token"] = .text(String(end)) }
        return .object(members)
    }

    private static func holds(
        _ conditions: [TrackedCondition], of model: JSONValue
    ) throws(MLflowFault) -> Bool {
        guard case .object(let parts) = model, case .object(let info)? = parts["info"] else {
            return false
        }
        for condition in conditions {
            let isRun = condition.subject == .attribute(.runID)
            let found = info[isRun ? "source_run_id" : "name"]
            switch condition.test {
            case .text(.equal, let text): if found != .text(text) { return false }
            case .text(.unequal, let text): if found == .text(text) { return false }
            case .oneOf(let texts, let isIn):
                if texts.contains(where: { found == .text($0) }) != isIn { return false }
            default:
                throw MLflowFault(.notImplemented, "models are searched by =, != and IN here")
            }
        }
        return true
    }

    private static func list(
        _ fields: MLflowFields, _ id: String, _ run: TrackedRun, _ tracker: MLflowTracker
    ) throws -> JSONValue {
        let folder = try fields.text("artifact_directory_path") ?? ""
        let place = "models/\(id)" + (folder.isEmpty ? "" : "/" + folder)
        return [
            "root_uri": .text(MLflowWire.artifacts(of: run) + "/models/\(id)"),
            "files": .list(
                try MLflowFiles.entries(of: run.id, in: place, tracker).map {
                    $0.json(below: folder)
                }),
        ]
    }

    // MARK: Words

    private static func unknown(_ id: String) -> MLflowFault {
        MLflowFault(.unknown, "there is no model '\(id.prefix(60))'")
    }

    private static func models(of run: TrackedRun) -> [JSONValue] {
        run.tags.filter { $0.name.hasPrefix(tag) }.compactMap { name, value in
            Record(value).map { json(String(name.dropFirst(tag.count)), $0, of: run) }
        }
    }

    /// What a run put out, as MLflow lists it.
    static func outputs(of run: TrackedRun) -> [JSONValue] {
        run.tags.filter { $0.name.hasPrefix(tag) }.compactMap { name, value in
            guard let step = Record(value)?.members["step"] else { return nil }
            return ["model_id": .text(String(name.dropFirst(tag.count))), "step": step]
        }
    }

    private static func json(_ id: String, _ record: Record, of run: TrackedRun) -> JSONValue {
        var info: [String: JSONValue] = [
            "model_id": .text(id), "experiment_id": .text(MLflowWire.experiment(of: run)),
            "source_run_id": .text(run.id),
            "artifact_uri": .text(MLflowWire.artifacts(of: run) + "/models/\(id)"),
            "tags": record.pairs("tags"),
        ]
        info["name"] = record.members["name"]
        info["status"] = record.members["status"]
        info["model_type"] = record.members["type"]
        info["creation_timestamp_ms"] = record.members["created"]
        info["last_updated_timestamp_ms"] = record.members["updated"]
        return ["info": .object(info), "data": ["params": record.pairs("params")]]
    }
}
