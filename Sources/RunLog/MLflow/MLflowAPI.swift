internal import Domain
public import Foundation
public import RunStore

/// The calls of MLflow's tracking API over a store of runs, whatever carries them.
///
/// Any number of threads may call.
public final class MLflowAPI: Sendable {
    /// The version of MLflow whose calls are answered.
    public static let version = "2.9.2"

    /// Bytes of a call's body at most.
    public static let longestBody = 4 << 20

    private let url: URL
    private let lightbox: String
    private let lock = NSLock()
    nonisolated(unsafe) private var open: MLflowTracker

    /// Calls over the store at `url`, which is made where there is none.
    ///
    /// - Parameter version: of the Lightbox that writes.
    /// - Throws: `StoreError`.
    public init(store url: URL, version: String) throws {
        self.url = url
        lightbox = version
        open = try MLflowTracker(at: url, version: version)
    }

    /// Answers a call with JSON.
    ///
    /// - Parameters:
    ///   - path: behind `mlflow/`, such as `runs/create`.
    ///   - query: the pairs of its query.
    /// - Throws: `MLflowFault`.
    public func answer(
        _ method: String, _ path: String, query: [(name: String, value: String)], body: [UInt8]
    ) throws(MLflowFault) -> String {
        guard let call = MLflowCall.find(path) else {
            throw MLflowFault(.missing, "there is no call '\(path.prefix(80))'")
        }
        if let refusal = call.refusal { throw MLflowFault(.notImplemented, refusal) }
        guard call.methods.contains(method) else {
            throw MLflowFault(
                .bad,
                "'\(call.path)' is called by \(call.methods.sorted().joined(separator: " or "))")
        }
        var fields = try method == "GET" ? MLflowFields(query: query) : MLflowFields(body: body)
        fields.method = method
        fields.rest = path.dropFirst(call.path.count).split(separator: "/").map(String.init)
        let given = fields
        return try working { try call.answer(given, $0).canonicalJSON }
    }

    // MARK: Files

    /// The run and the path within it that a path of the artifact proxy names.
    ///
    /// - Parameter parts: such as `["1", "<run>", "artifacts", "model", "MLmodel"]`.
    /// - Throws: `MLflowFault` for any other path.
    public static func place(
        _ parts: [String]
    ) throws(MLflowFault) -> (run: String, path: String) {
        guard parts.count >= 3, parts[2] == "artifacts" else {
            throw MLflowFault(
                .invalid,
                "artifacts are those of runs, at EXPERIMENT/RUN/artifacts/PATH; found "
                    + "'\(parts.joined(separator: "/").prefix(80))'")
        }
        return (parts[1], parts.dropFirst(3).joined(separator: "/").composed)
    }

    /// Begins to take a file.
    public func draft(
        _ place: (run: String, path: String)
    ) throws(MLflowFault) -> TrackedDraft {
        try working { try $0.draft(place.path, of: place.run) }
    }

    /// Records a file that has arrived.
    public func adopt(_ draft: TrackedDraft) throws(MLflowFault) {
        try working { try $0.adopt(draft) }
    }

    /// A file of a run.
    public func file(
        _ place: (run: String, path: String)
    ) throws(MLflowFault) -> VerifiedFile {
        try working { try $0.file(place.path, of: place.run) }
    }

    /// Removes a file, or all below a folder.
    public func remove(_ place: (run: String, path: String)) throws(MLflowFault) {
        try working { try $0.removeFiles(place.path, of: place.run) }
    }

    /// The list of a folder, as JSON.
    public func list(_ place: (run: String, path: String)) throws(MLflowFault) -> String {
        try working { tracker in
            let entries = try MLflowFiles.entries(of: place.run, in: place.path, tracker)
            return JSONValue.object(["files": .list(entries.map { $0.json() })]).canonicalJSON
        }
    }

    // MARK: The store

    /// Works with the store; with the one that is there now, where its file was exchanged.
    private func working<Value>(
        _ body: (MLflowTracker) throws -> Value
    ) throws(MLflowFault) -> Value {
        do {
            do {
                return try body(lock.withLock { open })
            } catch StoreError.displaced {
                let again = try MLflowTracker(at: url, version: lightbox)
                lock.withLock { open = again }
                return try body(again)
            }
        } catch {
            throw MLflowFault(error)
        }
    }

    /// A fault as JSON.
    public static func json(_ fault: MLflowFault) -> String {
        JSONValue.object([
            "error_code": .text(fault.code.rawValue), "message": .text(fault.message),
        ]).canonicalJSON
    }
}
