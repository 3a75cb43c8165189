/// Why a request is refused, with the status that says so.
struct HTTPFault: Error, Equatable {
    /// Status code of the answer, such as 404.
    let status: Int
    /// One sentence for people.
    let reason: String

    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    /// The standard phrase of a status.
    static func phrase(_ status: Int) -> String { phrases[status] ?? "Error" }

    private static let phrases: [Int: String] = [
        200: "OK", 204: "No Content", 303: "See Other", 400: "Bad Request", 401: "Unauthorized",
        403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
        411: "Length Required", 413: "Content Too Large", 414: "URI Too Long",
        421: "Misdirected Request", 431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable",
        505: "HTTP Version Not Supported", 507: "Insufficient Storage", 409: "Conflict",
    ]
}
