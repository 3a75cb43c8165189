internal import Foundation
internal import RunLog
internal import RunStore

/// MLflow's tracking API over HTTP: which request is which call.
struct TrackingRoutes: Sendable {
    /// What answers; nil where the server only shows.
    let api: MLflowAPI?

    /// Where the calls of a request lie.
    enum Place: Equatable {
        /// A call, by its path behind `mlflow/`.
        case call(String)
        /// A file or a folder of the artifact proxy; nil where only the folder itself is named.
        case artifact([String])
        /// Whether the server is there, and which version it speaks.
        case health, version
        /// Something else of the API.
        case other
    }

    /// The place of a request; nil for one to the pages.
    static func place(_ path: [String]) -> Place? {
        switch path.first {
        case "health" where path.count == 1: return .health
        case "version" where path.count == 1: return .version
        case "api", "ajax-api": break
        default: return nil
        }
        guard path.count >= 4, ["2.0", "3.0"].contains(path[1]) else { return .other }
        switch path[2] {
        case "mlflow": return .call(path.dropFirst(3).joined(separator: "/"))
        case "mlflow-artifacts" where path[3] == "artifacts":
            return .artifact(Array(path.dropFirst(4)))
        default: return .other
        }
    }

    /// Begins to take the body of a request into a file, where it is one.
    ///
    /// - Throws: `MLflowFault` where the request is refused whatever its body is.
    func draft(method: String, path: [String]) throws(MLflowFault) -> TrackedDraft? {
        guard let place = Self.place(path) else { return nil }
        let api = try allowed()
        guard method == "PUT", case .artifact(let parts) = place else { return nil }
        return try api.draft(MLflowAPI.place(parts))
    }

    /// The answer to a request at that place.
    ///
    /// - Throws: `MLflowFault`.
    func answer(_ request: HTTPRequest, at place: Place) throws(MLflowFault) -> HTTPResponse {
        let api = try allowed()
        switch place {
        case .health: return HTTPResponse(type: "text/plain", text: "OK")
        case .version: return HTTPResponse(type: "text/plain", text: MLflowAPI.version)
        case .call(let path):
            try requireJSON(request)
            return json(
                try api.answer(
                    request.method, path, query: request.parameters.items, body: request.body))
        case .artifact(let parts): return try file(request, parts, api)
        case .other:
            throw MLflowFault(
                .missing,
                "there is no call '\(request.path.joined(separator: "/").prefix(80))'")
        }
    }

    private func allowed() throws(MLflowFault) -> MLflowAPI {
        guard let api else {
            throw MLflowFault(
                .denied,
                "this server only shows its store; 'lightbox serve --log' takes runs of MLflow's clients"
            )
        }
        return api
    }

    /// A form or a plain text is what a page elsewhere could have a browser send.
    private func requireJSON(_ request: HTTPRequest) throws(MLflowFault) {
        let type = request.headers["content-type"] ?? ""
        guard request.body.isEmpty || type.hasPrefix("application/json") else {
            throw MLflowFault(
                .bad, "the Content-Type is '\(type.prefix(60))'; expected application/json")
        }
    }

    private func file(
        _ request: HTTPRequest, _ parts: [String], _ api: MLflowAPI
    ) throws(MLflowFault) -> HTTPResponse {
        switch request.method {
        case "PUT":
            guard let draft = request.draft else {
                throw MLflowFault(.bad, "the file did not come with the request")
            }
            try api.adopt(draft)
            return json("{}")
        case "GET" where parts.isEmpty:
            let asked = (request.parameters["path"] ?? "").split(separator: "/").map(String.init)
            return json(try api.list(MLflowAPI.place(asked)))
        case "GET", "HEAD":
            return HTTPResponse(file: try api.file(MLflowAPI.place(parts)))
        case "DELETE":
            try api.remove(MLflowAPI.place(parts))
            return json("{}")
        default: throw MLflowFault(.bad, "artifacts are called by GET, PUT or DELETE")
        }
    }

    private func json(_ text: String) -> HTTPResponse {
        HTTPResponse(type: "application/json", text: text)
    }

    /// A refusal as clients of MLflow understand it.
    static func refusal(_ fault: MLflowFault) -> HTTPResponse {
        HTTPResponse(
            status: fault.code.status, type: "application/json", text: MLflowAPI.json(fault))
    }

    /// The same of a request that the server's guard refused.
    static func refusal(_ fault: HTTPFault) -> HTTPResponse {
        let code = MLflowFault.Code(status: fault.status)
        return HTTPResponse(
            status: fault.status, type: "application/json",
            text: MLflowAPI.json(MLflowFault(code, fault.reason)))
    }
}
