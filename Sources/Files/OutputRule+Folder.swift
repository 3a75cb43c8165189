import Foundation

extension OutputRule {
    /// Makes a folder, and those above it, for files that this rule allows.
    ///
    /// - Throws: `OutputError`.
    package func makeFolder(_ path: String) throws(OutputError) {
        _ = try folder(path)
        if let code = Output.make(path) {
            throw .failed(path: path, reason: String(cString: strerror(code)))
        }
    }
}
