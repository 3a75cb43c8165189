import Domain
import Foundation
public import RunStore

/// What tells the files that a run is trained on from all others: the fingerprint of its data set, and
/// those of the other data sets whose images train without labels.
public struct DataFingerprint: Sendable, Hashable {
    /// The fingerprint of the run's own data set.
    public var own: String
    /// Those of the others, by their names.
    public var unlabelled: [String: String]

    /// The fingerprint of a run's data.
    public init(_ own: String, unlabelled: [String: String] = [:]) {
        self.own = own
        self.unlabelled = unlabelled
    }

    /// What a run's configuration says; empty where it says nothing.
    public init(of configuration: RunConfiguration) {
        self.init("")
        guard
            case .object(let members)? = try? JSONDecoder().decode(
                JSONValue.self, from: Data(configuration.json.utf8))
        else { return }
        if case .text(let own)? = members["fingerprint"] { self.own = own }
        guard case .object(let others)? = members[Self.member] else { return }
        unlabelled = others.compactMapValues { value in
            if case .text(let text) = value { text } else { nil }
        }
    }

    /// Where configurations have the fingerprints of other data sets.
    static let member = "unlabelled"
}

extension DataFingerprint: ExpressibleByStringLiteral {
    /// That of a run without other data sets.
    public init(stringLiteral own: String) { self.init(own) }
}
