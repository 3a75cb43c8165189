internal import Domain
internal import RunStore

extension MLflowCall {
    /// Values of one answer at most.
    private static let mostValues: Int64 = 25_000

    static let curves = [
        MLflowCall(["GET"], "metrics/get-history") { fields, tracker in
            let key = try fields.requiredName("metric_key")
            let limit = try fields.whole("max_results", in: 1...Int64(Int32.max))
            let offset = try fields.name("page_token").map(MLflowFilter.offset) ?? 0
            // Without a limit clients expect all of them.
            let most = limit.map { Int(min($0, mostValues)) } ?? Int(Int32.max)
            let found = try tracker.history(
                fields.runID(), key: key, limit: most + 1, offset: offset)
            var members: [String: JSONValue] = [
                "metrics": .list(found.prefix(most).map(MLflowWire.json))
            ]
            if found.count > most { members["next_page_token"] = .text(String(offset + most)) }
            return .object(members)
        },
        MLflowCall(["GET"], "metrics/get-history-bulk") { fields, tracker in
            try bulk(fields, tracker, ids: "run_id", steps: 0...Int.max)
        },
        MLflowCall(["GET"], "metrics/get-history-bulk-interval") { fields, tracker in
            let range: ClosedRange<Int64> = 0...(1 << 53)
            let start = try fields.whole("start_step", in: range) ?? 0
            let end = try fields.whole("end_step", in: range) ?? range.upperBound
            guard start <= end else {
                throw fields.bad("end_step", String(end), "\"start_step\", \(start), or more")
            }
            return try bulk(fields, tracker, ids: "run_ids", steps: Int(start)...Int(end))
        },
    ]

    /// A curve of several runs; of one of more than `max_results` values such as lie evenly.
    private static func bulk(
        _ fields: MLflowFields, _ tracker: MLflowTracker, ids name: String, steps: ClosedRange<Int>
    ) throws -> JSONValue {
        let key = try fields.requiredName("metric_key")
        let ids = try fields.texts(name)
        guard (1...mostWords).contains(ids.count) else {
            throw fields.bad(name, "\(ids.count) runs", "1 to \(mostWords)")
        }
        let most = Int(try fields.whole("max_results", in: 1...mostValues) ?? mostValues)
        var values: [JSONValue] = []
        for id in ids {
            let found = try tracker.history(id, key: key, steps: steps, limit: Int(Int32.max))
            for point in thinned(found, to: most) {
                guard case .object(var members) = MLflowWire.json(point) else { continue }
                members["run_id"] = .text(id)
                values.append(.object(members))
            }
        }
        return ["metrics": .list(values)]
    }

    /// At most `most` of the points, the first and the last among them.
    private static func thinned(_ points: [TrackedPoint], to most: Int) -> [TrackedPoint] {
        guard points.count > most else { return points }
        guard most > 1 else { return Array(points.suffix(1)) }
        return (0..<most).map { points[$0 * (points.count - 1) / (most - 1)] }
    }
}
