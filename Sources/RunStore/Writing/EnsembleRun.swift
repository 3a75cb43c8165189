public import Domain
internal import Hashing

/// Runs that answer together: the mean of their probabilities. What an ensemble measured is kept as a
/// run of its own, which is no cell and which nobody trained.
public struct EnsembleRun: Sendable, Hashable {
    /// Where it comes from, in the place of the program that logged other runs.
    public static let source = "ensemble"

    /// The digests of the runs' configurations, sorted.
    public let members: [String]
    /// Whether each also saw images mirrored from left to right.
    public let isMirrored: Bool

    /// An ensemble of runs with these digests.
    public init(members: [String], isMirrored: Bool) {
        self.members = members.sorted()
        self.isMirrored = isMirrored
    }

    /// What makes it that ensemble, whatever numbers its members have.
    public var configuration: RunConfiguration {
        RunConfiguration([
            "source": .text(Self.source), "members": .list(members.map { .text($0) }),
            "mirror": .flag(isMirrored),
        ])
    }

    /// One digest for the weights of all members.
    ///
    /// - Parameter digests: SHA-256 of each file, in the order of `members`.
    public static func weightsDigest(_ digests: [String]) -> String {
        SHA256.hex(of: digests.joined(separator: "\n"))
    }

    /// A condition over `run`: it is an ensemble.
    static func isOne(_ run: String) -> String {
        """
        (\(run).run_kind = 'logged'
            AND json_extract(\(run).configuration, '$.source') = '\(source)'
            AND json_type(\(run).configuration, '$.members') = 'array')
        """
    }
}

/// What an ensemble achieves on images of a data set that none of its members has seen.
public struct EnsembleEvaluation: Sendable {
    /// Who answered.
    public var ensemble: EnsembleRun
    /// What people call it, and what is said of it as settings.
    public var name: String, parameters: [String: JSONValue]
    /// SHA-256 of the members' files of weights, in the order of their digests.
    public var weightsDigests: [String]
    /// The data set, with the images that were evaluated among its own.
    public var dataset: DatasetRecord
    /// Digest of the code that evaluated, and version of Lightbox; nil when unknown.
    public var code: String?, version: String?
    /// What was measured; of its part of a split nothing is kept.
    public var record: EvaluationRecord

    /// An evaluation; see the properties.
    public init(
        ensemble: EnsembleRun, name: String, parameters: [String: JSONValue],
        weightsDigests: [String], dataset: DatasetRecord, code: String?, version: String? = nil,
        record: EvaluationRecord
    ) {
        self.ensemble = ensemble
        self.name = name
        self.parameters = parameters
        self.weightsDigests = weightsDigests
        self.dataset = dataset
        self.code = code
        self.version = version
        self.record = record
    }
}
