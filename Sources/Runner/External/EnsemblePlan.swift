import Assembly
import Domain
import Inference
import RunStore
import Specification
import Wording

/// What of an ensemble is evaluated, and what is not.
public struct EnsemblePlan {
    /// One data set with one kind of weights.
    struct Item {
        let ensemble: Ensemble
        let weights: WeightsKind
        /// The data set's name.
        let dataset: String
        /// SHA-256 of the members' weights, in the members' order.
        let digests: [String]
        /// What each member is loaded for: its structures, nil where nobody has named the one there is.
        let structures: [[String]?]
        /// Names of the images that no member has seen.
        let tests: Set<String>
    }

    /// The members, by digest.
    let runs: [StoredRun]
    let isMirrored: Bool
    var items: [Item] = []
    /// How many evaluations are in the store already.
    public internal(set) var done = 0
    /// What is worth knowing, and what was asked for and cannot be: sentences.
    public internal(set) var notes: [String] = [], problems: [String] = []

    /// What is evaluated, as the store knows it.
    var record: EnsembleRun { EnsembleRun(members: runs.map(\.digest), isMirrored: isMirrored) }

    /// Each evaluation to be made, as people are told of it.
    public var titles: [String] {
        items.map { item in
            "\(name) on \(item.dataset), \(item.weights.rawValue) weights, "
                + Plural.count(item.tests.count, "image")
        }
    }

    /// `ensemble of 3 (mcx unet tv), mirrored`.
    var name: String {
        let parts = shared.map { name, values in
            values.count == 1 ? values[0] : "\(values.count) \(Self.plural(of: name))"
        }
        let members = runs.count == 1 ? "one run" : "ensemble of \(runs.count)"
        return "\(members) (\(parts.prefix(3).joined(separator: " ")))"
            + (isMirrored ? ", mirrored" : "")
    }

    /// Several of what `shared` names.
    private static func plural(of name: String) -> String {
        switch name {
        case "dataset": "data sets"
        case "loss": "losses"
        case "labels": "label fractions"
        default: name + "s"
        }
    }

    /// What the members were trained on and how, each value once.
    private var shared: [(name: String, values: [String])] {
        [
            ("dataset", runs.map(\.datasetTitle)), ("model", runs.map(\.cell.model)),
            ("loss", runs.map(\.cell.loss)), ("procedure", runs.map(\.cell.procedure)),
            ("labels", runs.map(\.cell.labelsTitle)),
        ].map { name, values in (name, Set(values).sorted()) }
    }

    /// The settings under which the store shows it.
    var parameters: [String: JSONValue] {
        var settings: [String: JSONValue] = [
            "members": .integer(Int64(runs.count)), "mirror": .flag(isMirrored),
        ]
        for (name, values) in shared { settings[name] = .text(values.joined(separator: ", ")) }
        return settings
    }
}
