public import Foundation

/// A run as other tools take it.
public struct ExportedRun: Sendable {
    /// One value of a curve.
    public struct Point: Sendable, Hashable {
        /// Curve, such as `validation/dice`.
        public let key: String
        /// Epoch, from 1; 0 is before training. Of a logged run its epoch or step.
        public let epoch: Int
        /// The value; nil where it was not a number.
        public let value: Double?
        /// When it was measured; nil where the store does not know.
        public let time: Date?
    }

    /// One final result.
    public struct Result: Sendable, Hashable {
        /// Weights, split and metric, such as `best/test/dice` or `best/test/dice/pooled`; on other
        /// data sets `best/external/scx/dice`.
        public let key: String
        /// The value.
        public let value: Double
    }

    /// Number in the store.
    public let id: RunID
    /// Digest of the configuration, 64 hexadecimal digits.
    public let digest: String
    /// Whether it is a cell or was logged; of a logged run its identity where it comes from.
    public let kind: RunKind, source: String?, sourceID: String?
    /// What people call a logged run; nil where nobody named it, and for cells.
    public let givenName: String?
    /// What else is said of it, by name.
    public let tags: [(name: String, value: String)]
    /// What people wrote beside it, the oldest first.
    public let notes: [String]
    /// Names of its experiments, sorted.
    public let experiments: [String]
    /// State.
    public let state: RunState
    /// What a cell trains (data set, model, procedure, loss, labels, seed) and every setting, as text.
    public let parameters: [(name: String, value: String)]
    /// When it was planned.
    public let created: Date?
    /// When its latest attempt began.
    public let started: Date?
    /// When it ended.
    public let finished: Date?
    /// Best epoch.
    public let bestEpoch: Int?
    /// Planned epochs; 0 for a logged run.
    public let epochs: Int
    /// Version, revision of the user's folder, processor and machine.
    public let version: String?, revision: String?, cpu: String?, host: String?
    /// The code that made its results; nil when unknown.
    public let code: CodeIdentity?
    /// Why it failed.
    public let error: String?
    /// Curves, by epoch and key.
    public let points: [Point]
    /// Results, by key.
    public let results: [Result]

    /// A name that says what the run is: `mcx unet kltv 100 % seed 1`, or what it is called.
    public var name: String {
        guard kind == .cell else { return givenName ?? sourceID ?? "run \(id)" }
        let wanted = ["dataset", "model", "loss"].compactMap { key in
            parameters.first { $0.name == key }?.value
        }
        let labels = parameters.first { $0.name == "labels" }?.value ?? "100"
        let seed = parameters.first { $0.name == "seed" }?.value ?? "0"
        return (wanted + ["\(labels) %", "seed \(seed)"]).joined(separator: " ")
    }

    /// When a point was measured, as far as the store knows; else see `time(ofEpoch:)`.
    public func time(of point: Point) -> Date { point.time ?? time(ofEpoch: point.epoch) }

    /// When an epoch ended, spread evenly over the run: of cells the store keeps no time a point.
    public func time(ofEpoch epoch: Int) -> Date {
        let start = started ?? created ?? Date(timeIntervalSince1970: 0)
        guard let finished, epochs > 0 else { return start }
        let share = min(1, Double(epoch) / Double(epochs))
        return start.addingTimeInterval(finished.timeIntervalSince(start) * share)
    }
}
