internal import Domain
internal import RunStore

extension MLflowCall {
    /// MLflow's own limit.
    private static let longestName = 500

    static let experiments = [
        MLflowCall(["POST"], "experiments/create") { fields, tracker in
            let name = try fields.requiredName("name", longest: longestName)
            let tags = try fields.pairs("tags", "a tag", most: 100)
            if let other = tags.keys.filter({ $0 != MLflowWords.noteTag }).min() {
                throw MLflowFault(.notImplemented, noTag(other))
            }
            if let place = try fields.text("artifact_location"), !place.isEmpty {
                throw MLflowFault(
                    .notImplemented,
                    "artifacts lie beside the store, so \"artifact_location\" is '\(place.prefix(60))'; "
                        + "expected none")
            }
            guard try tracker.experiment(named: name) == nil else {
                throw MLflowFault(.taken, "there is an experiment '\(name)' already")
            }
            let made = try tracker.makeExperiment(
                name, description: tags[MLflowWords.noteTag] ?? "")
            return ["experiment_id": .text(MLflowWire.number(of: made))]
        },
        MLflowCall(["GET"], "experiments/get") { fields, tracker in
            let id = try fields.requiredName("experiment_id")
            return ["experiment": MLflowWire.json(try experiment(id, tracker))]
        },
        MLflowCall(["GET"], "experiments/get-by-name") { fields, tracker in
            let name = try fields.requiredName("experiment_name", longest: longestName)
            guard let found = try tracker.experiment(named: name) else {
                guard name == MLflowWire.standard else {
                    throw MLflowFault(.unknown, "there is no experiment '\(name)'")
                }
                return ["experiment": MLflowWire.json(MLflowWire.unmade)]
            }
            return ["experiment": MLflowWire.json(found)]
        },
        MLflowCall(["GET", "POST"], "experiments/search", search),
        MLflowCall(["GET"], "experiments/list", search),
        MLflowCall(["POST"], "experiments/update") { fields, tracker in
            let id = try fields.requiredName("experiment_id")
            let name = try fields.requiredName("new_name", longest: longestName)
            try tracker.update(experiment: try experiment(id, tracker).number, name: name)
            return [:]
        },
        MLflowCall(["POST"], "experiments/set-experiment-tag") { fields, tracker in
            let id = try fields.requiredName("experiment_id")
            let key = try fields.requiredName("key")
            guard key == MLflowWords.noteTag else {
                throw MLflowFault(.notImplemented, noTag(key))
            }
            try tracker.update(
                experiment: try made(id, tracker), description: try fields.text("value") ?? "")
            return [:]
        },
    ]

    private static func noTag(_ name: String) -> String {
        "experiments have no tags here but their description, \(MLflowWords.noteTag); found '\(name)'"
    }

    @Sendable private static func search(
        _ fields: MLflowFields, _ tracker: MLflowTracker
    ) throws -> JSONValue {
        var question = try MLflowFilter.question(
            fields, of: .experiments, largest: 50_000, standard: 1000)
        question.stage = try MLflowFilter.stage(fields, "view_type")
        let found = try tracker.experiments(question)
        var list = found.prefix(question.limit).map(MLflowWire.json)
        let isUnmade = try question.isPlain && tracker.experiment(named: MLflowWire.standard) == nil
        if isUnmade, list.count < question.limit { list.append(MLflowWire.json(MLflowWire.unmade)) }
        return MLflowWire.page(
            "experiments", list, question, hasMore: found.count > question.limit)
    }

    /// The experiment of a number; `0` is the one called Default, as in MLflow.
    static func experiment(
        _ id: String, _ tracker: MLflowTracker
    ) throws -> TrackedExperiment {
        if id == MLflowWire.standardNumber {
            return try tracker.experiment(named: MLflowWire.standard) ?? MLflowWire.unmade
        }
        guard let number = Int64(id), let found = try tracker.experiment(number) else {
            throw MLflowFault(.unknown, "there is no experiment with the number '\(id.prefix(60))'")
        }
        return found
    }

    /// The number of an experiment, which is made where it is Default.
    private static func made(_ id: String, _ tracker: MLflowTracker) throws -> Int64 {
        let found = try experiment(id, tracker)
        guard found.number == 0 else { return found.number }
        return try tracker.makeExperiment(found.name, description: "").number
    }
}

extension TrackedQuestion {
    /// Whether it asks for all there are, from the first.
    fileprivate var isPlain: Bool { conditions.isEmpty && offset == 0 && stage != .deleted }
}
