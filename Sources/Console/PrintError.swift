import Foundation

/// Why a program's words did not arrive.
public enum PrintError: Error, Equatable, CustomStringConvertible {
    /// The stream cannot be written: a full disk, a closed descriptor.
    case unwritable(stream: String, reason: String)
    /// Nobody reads the pipe any more, as after `| head`.
    case nobodyReads

    /// One sentence; empty where there is nothing to complain about.
    public var description: String {
        switch self {
        case .unwritable(let stream, let reason):
            "cannot write \(stream): \(reason); what was to be shown is incomplete"
        case .nobodyReads: ""
        }
    }

    /// The error that the system's number stands for.
    init(stream: String, code: Int32) {
        self =
            code == EPIPE
            ? .nobodyReads
            : .unwritable(stream: stream, reason: String(cString: strerror(code)))
    }
}
