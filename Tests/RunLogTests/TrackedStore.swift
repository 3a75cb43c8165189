import Domain
import Foundation
import RunStore

@testable import RunLog

/// A store of its own that takes calls of MLflow's API.
final class TrackedStore {
    let log: LogStore
    let api: MLflowAPI

    init() throws {
        log = try LogStore()
        api = try MLflowAPI(store: log.store.url, version: "0")
    }

    /// The answer to a call, parsed; a body makes it a POST.
    @discardableResult
    func call(_ path: String, _ body: String? = nil, query: String = "") throws -> JSONValue {
        let pairs = query.split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
            return (name: sides[0], value: sides.count > 1 ? sides[1] : "")
        }
        let answer = try api.answer(
            body == nil ? "GET" : "POST", path, query: pairs, body: Array((body ?? "").utf8))
        return try JSONLine.value(Array(answer.utf8))
    }

    /// How a call is refused; nil where it is answered.
    func refusal(_ path: String, _ body: String? = nil, query: String = "") -> MLflowFault? {
        do {
            try call(path, body, query: query)
            return nil
        } catch {
            return error as? MLflowFault
        }
    }

    /// A new run's number.
    func begin(_ name: String = "first", experiment: String = "0", tags: String = "[]") throws
        -> String
    {
        let answer = try call(
            "runs/create",
            """
            {"experiment_id": "\(experiment)", "run_name": "\(name)", "start_time": 1760000000000,
             "tags": \(tags)}
            """)
        return answer["run"]["info"]["run_id"].text
    }

    /// What `runs/get` says.
    func run(_ id: String) throws -> JSONValue {
        try call("runs/get", query: "run_id=\(id)")["run"]
    }

    /// Numbers of the runs that a search finds, in its order.
    func search(_ filter: String, order: String = "", more: String = "") throws -> [String] {
        let text = JSONValue.text(filter).canonicalJSON
        let keys = order.isEmpty ? "[]" : "[\(JSONValue.text(order).canonicalJSON)]"
        return try call(
            "runs/search",
            "{\"experiment_ids\": [\"0\"], \"filter\": \(text), \"order_by\": \(keys)\(more)}"
        )["runs"].list.map { $0["info"]["run_name"].text }
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    var list: [JSONValue] { if case .list(let values) = self { values } else { [] } }
    var text: String { if case .text(let text) = self { text } else { "" } }

    /// Keys and values of a list of pairs.
    var pairs: [String: String] {
        Dictionary(list.map { ($0["key"].text, $0["value"].text) }, uniquingKeysWith: { $1 })
    }
}
