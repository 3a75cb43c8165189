import Foundation

/// Errors as one sentence.
public enum Sentence {
    /// What `error` says about itself; Foundation's errors in the system's words.
    public static func of(_ error: any Error) -> String {
        if error is any CustomStringConvertible, !(error is NSError) { return "\(error)" }
        let description = "\(error)"
        if let error = error as? CocoaError { return error.localizedDescription }
        return description
    }
}
