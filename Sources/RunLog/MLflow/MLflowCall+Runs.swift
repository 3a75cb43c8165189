internal import Domain
internal import Foundation
internal import RunStore

extension MLflowCall {
    /// MLflow's own limits on what one call logs.
    static let mostMetrics = 1000, mostWords = 100, mostTogether = 1000

    static let runs = [
        MLflowCall(["POST"], "runs/create") { fields, tracker in
            let experiment = try experiment(
                try fields.name("experiment_id") ?? MLflowWire.standardNumber, tracker)
            var words = MLflowWords(
                id: UUID().uuidString.lowercased().replacing("-", with: ""),
                experiment: experiment.name, status: MLflowWords.running, parameters: [],
                tags: try fields.pairs("tags", "a tag", most: 1000).map { ($0, $1) })
            words.name = try fields.name("run_name")
            let start = try fields.whole("start_time", in: MLflowFields.times)
            let run = try tracker.begin(words, started: start.flatMap(MLflowWords.date))
            return ["run": MLflowWire.json(run)]
        },
        MLflowCall(["GET"], "runs/get") { fields, tracker in
            ["run": MLflowWire.json(try tracker.run(fields.runID()))]
        },
        MLflowCall(["POST"], "runs/update") { fields, tracker in
            let status = try fields.name("status")
            if let status, !MLflowWords.statuses.contains(status) {
                throw fields.bad(
                    "status", "'\(status.prefix(40))'",
                    MLflowWords.statuses.joined(separator: ", "))
            }
            let end = try fields.whole("end_time", in: MLflowFields.times)
            let run = try tracker.update(
                fields.runID(), status: status, finished: end.flatMap(MLflowWords.date),
                name: try fields.name("run_name"))
            return ["run_info": MLflowWire.info(run)]
        },
        MLflowCall(["POST"], "runs/delete") { fields, tracker in
            try tracker.setDeleted(true, fields.runID())
            return [:]
        },
        MLflowCall(["POST"], "runs/restore") { fields, tracker in
            try tracker.setDeleted(false, fields.runID())
            return [:]
        },
        MLflowCall(["POST"], "runs/log-metric") { fields, tracker in
            try tracker.log(fields.runID(), points: [fields.point()])
            return [:]
        },
        MLflowCall(["POST"], "runs/log-parameter") { fields, tracker in
            try tracker.log(
                fields.runID(),
                parameters: [fields.requiredName("key"): .parsing(fields.text("value") ?? "")])
            return [:]
        },
        MLflowCall(["POST"], "runs/set-tag") { fields, tracker in
            try tracker.log(
                fields.runID(), tags: [fields.requiredName("key"): fields.text("value") ?? ""])
            return [:]
        },
        MLflowCall(["POST"], "runs/delete-tag") { fields, tracker in
            try tracker.remove(tag: fields.requiredName("key"), of: fields.runID())
            return [:]
        },
        MLflowCall(["POST"], "runs/log-batch") { fields, tracker in
            let points = try fields.objects("metrics", "a metric", most: mostMetrics).map {
                try $0.point()
            }
            let parameters = try fields.pairs("params", "a parameter", most: mostWords)
            let tags = try fields.pairs("tags", "a tag", most: mostWords)
            let together = points.count + parameters.count + tags.count
            guard together <= mostTogether else {
                throw MLflowFault(
                    .invalid,
                    "the batch has \(together) metrics, parameters and tags; expected \(mostTogether) at "
                        + "most")
            }
            try tracker.log(
                fields.runID(), points: points,
                parameters: parameters.mapValues { .parsing($0) }, tags: tags)
            return [:]
        },
        MLflowCall(["POST"], "runs/log-inputs") { fields, tracker in
            let run = try fields.runID()
            try tracker.log(run, tags: try MLflowInputs.tags(fields))
            return [:]
        },
        MLflowCall(["POST"], "runs/log-model") { fields, tracker in
            let model = try fields.requiredText("model_json")
            guard case .object = try? JSONLine.value(Array(model.utf8)) else {
                throw fields.bad("model_json", "'\(model.prefix(40))'", "a JSON object as a text")
            }
            try tracker.change(tag: "mlflow.log-model.history", of: fields.runID()) { known in
                let before = known.map { $0.dropFirst().dropLast() } ?? ""
                let text = "[" + before + (before.isEmpty ? "" : ", ") + model + "]"
                guard text.utf8.count <= LogLine.longestText else {
                    throw fields.bad(
                        "model_json", "\(text.utf8.count) bytes with those before",
                        "\(LogLine.longestText) at most")
                }
                return text
            }
            return [:]
        },
    ]
}

/// Data sets that a run used, each kept as a tag: its name and digest, where it is from and what for.
enum MLflowInputs {
    /// What the tags of data sets begin with; then comes the digest.
    static let tag = "lightbox.input."

    private static let members = ["name", "digest", "source_type", "source", "schema", "profile"]

    /// The tags that say what `datasets` of a call says. What describes the contents is left out where
    /// it is longer than a tag.
    static func tags(_ fields: MLflowFields) throws(MLflowFault) -> [String: String] {
        var tags: [String: String] = [:]
        if try !fields.objects("models", "a model", most: MLflowCall.mostWords).isEmpty {
            throw MLflowFault(
                .notImplemented, "models are no inputs of runs here; log the number as a parameter")
        }
        for input in try fields.objects("datasets", "a data set", most: MLflowCall.mostTogether) {
            guard let dataset = try input.object("dataset", "a data set") else {
                throw input.bad("dataset", "missing", "an object")
            }
            let digest = try dataset.requiredName("digest", longest: 64)
            var said: [String: JSONValue] = [:]
            for member in members {
                // Long descriptions of contents are no part of what a run is.
                let isLong = member == "schema" || member == "profile"
                guard let text = isLong ? try? dataset.text(member) : try dataset.text(member)
                else { continue }
                said[member] = .text(text)
            }
            _ = try dataset.requiredName("name", longest: 500)
            let words = try input.pairs("tags", "a tag", most: MLflowCall.mostWords)
            let pairs = words.sorted { $0.key < $1.key }.map { MLflowWire.pair($0.key, $0.value) }
            func text() -> String {
                JSONValue.object(["dataset": .object(said), "tags": .list(pairs)]).canonicalJSON
            }
            for long in ["profile", "schema"] where text().utf8.count > LogLine.longestText {
                said[long] = nil
            }
            guard text().utf8.count <= LogLine.longestText else {
                throw dataset.bad(
                    "source", "\(text().utf8.count) bytes with the rest",
                    "\(LogLine.longestText) at most")
            }
            tags[tag + digest + "." + (words["mlflow.data.context"] ?? "")] = text()
        }
        return tags
    }

    /// The data sets of a run as MLflow lists them.
    static func inputs(of run: TrackedRun) -> [JSONValue] {
        run.tags.filter { $0.name.hasPrefix(tag) }.compactMap { _, value in
            try? JSONLine.value(Array(value.utf8))
        }
    }
}
