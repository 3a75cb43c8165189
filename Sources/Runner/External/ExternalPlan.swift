import Assembly
import Datasets
import Domain
import RunStore
import Specification

/// Which runs are evaluated on which other data sets, and why the rest is not.
public struct ExternalPlan: Sendable {
    /// One set of weights on one data set.
    struct Item: Sendable {
        let run: StoredRun
        let file: ArtifactFile
        let weights: WeightsKind
        /// The data set's name.
        let dataset: String
        /// The cell that the data set is loaded for: the run's own but for the data set.
        let loading: Cell
        let structures: [String]
        /// The names of the images that are measured; nil for all.
        let tests: Set<String>?
    }

    /// What is to be done, data set by data set.
    var items: [Item] = []
    /// How many evaluations are in the store already.
    public internal(set) var done = 0
    /// What is left out on purpose, and what is worth knowing: sentences.
    public var notes: [String] { noted.sentences }
    /// What was asked for and cannot be: sentences.
    public var problems: [String] { refused.sentences }
    var noted = RunSentences()
    var refused = RunSentences()

    /// Each evaluation to be made, as people are told of it.
    public var titles: [String] { items.map(\.title) }
}

extension ExternalPlan.Item {
    /// `run 3 on scx, best weights`.
    var name: String { "run \(run.id) on \(dataset), \(weights.rawValue) weights" }

    /// `run 3 on scx, best weights (mcx unet tv 100 % seed 1)`.
    var title: String { "\(name) (\(run.title))" }
}

/// Sentences about runs: what is true of several is said once.
struct RunSentences: Sendable {
    private var reasons: [String] = []
    private var runs: [String: [RunID]] = [:]

    mutating func add(_ reason: String, of run: RunID) {
        if runs[reason] == nil { reasons.append(reason) }
        if runs[reason]?.contains(run) != true { runs[reason, default: []].append(run) }
    }

    /// `runs 1-3, 7: …`, in the order in which they came up.
    var sentences: [String] {
        reasons.map { reason in
            let numbers = runs[reason] ?? []
            return (numbers.count == 1 ? "run " : "runs ") + Self.ranges(numbers) + ": " + reason
        }
    }

    /// `1-3, 7`.
    static func ranges(_ numbers: [RunID]) -> String {
        var ranges: [ClosedRange<RunID>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }.joined(separator: ", ")
    }
}
