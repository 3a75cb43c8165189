import Foundation

/// Errors as one sentence.
public enum Sentence {
    /// What `error` says about itself; Foundation's errors in the system's words.
    public static func of(_ error: any Error) -> String {
        switch error {
        case let error as CocoaError: error.localizedDescription
        default: "\(error)"
        }
    }
}
