/// What a client may cost the server.
struct HTTPLimits: Sendable {
    /// Bytes of the request line and all header fields.
    var head = 16 * 1024
    /// Bytes of the target (path and query).
    var target = 8 * 1024
    /// Header fields.
    var fields = 100
    /// Bytes of a body.
    var body = 64 * 1024
    /// Bytes of the body of a call of MLflow's API, and of a file that is given to a run; no larger than
    /// any body where the server takes none.
    var call = 64 * 1024, file = 64 * 1024
    /// Connections at once; one more is answered 503 and closed.
    var connections = 256
    /// Seconds that a whole head, or a whole body, may take.
    var arrival = 10.0
    /// Seconds that a connection may stay open between two requests.
    var idle = 60.0
    /// Seconds that a client may take to accept a piece of an answer.
    var departure = 20.0

    /// Whether the body of a request may come in chunks: clients of MLflow send an empty file so.
    func takesChunks(method: String, path: [String]) -> Bool {
        guard method == "PUT", file > body, case .artifact = TrackingRoutes.place(path) else {
            return false
        }
        return true
    }

    /// Bytes of the body of a request.
    func body(method: String, path: [String]) -> Int {
        switch TrackingRoutes.place(path) {
        case nil: body
        case .artifact where method == "PUT": file
        default: call
        }
    }
}
