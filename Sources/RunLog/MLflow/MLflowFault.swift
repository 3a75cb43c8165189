internal import RunStore

/// Why a call is refused, as clients of MLflow understand it.
public struct MLflowFault: Error, Sendable, Hashable {
    /// MLflow's word for the kind of fault, which decides what error a client raises.
    public enum Code: String, Sendable, CaseIterable {
        case invalid = "INVALID_PARAMETER_VALUE", unknown = "RESOURCE_DOES_NOT_EXIST"
        case taken = "RESOURCE_ALREADY_EXISTS", conflict = "RESOURCE_CONFLICT"
        case denied = "PERMISSION_DENIED", unauthenticated = "UNAUTHENTICATED"
        case notImplemented = "NOT_IMPLEMENTED", missing = "ENDPOINT_NOT_FOUND"
        case bad = "BAD_REQUEST", `internal` = "INTERNAL_ERROR"

        /// The status of the answer. Clients try again after 500, and after none of the others.
        public var status: Int {
            switch self {
            case .invalid, .taken, .bad: 400
            case .unauthenticated: 401
            case .denied: 403
            case .unknown, .missing: 404
            case .conflict: 409
            case .internal: 500
            case .notImplemented: 501
            }
        }

        /// The code of an answer with that status.
        public init(status: Int) {
            self =
                switch status {
                case 401: .unauthenticated
                case 403, 421: .denied
                case 404: .missing
                case 409: .conflict
                case 501: .notImplemented
                case 500...: .internal
                default: .bad
                }
        }
    }

    /// The kind of fault.
    public let code: Code
    /// One sentence.
    public let message: String

    /// A fault.
    public init(_ code: Code, _ message: String) {
        (self.code, self.message) = (code, message)
    }

    /// What an error of the store is to a client.
    init(_ error: any Error) {
        switch error {
        case let fault as MLflowFault: self = fault
        case StoreError.unknown: self.init(.unknown, "\(error)")
        case StoreError.invalid: self.init(.invalid, "\(error)")
        case StoreError.leaseLost: self.init(.conflict, "\(error)")
        case ArtifactError.missing: self.init(.unknown, "\(error)")
        case let error as LogLineError: self.init(.invalid, error.description)
        default: self.init(.internal, "\(error)")
        }
    }
}
