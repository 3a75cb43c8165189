public import Domain
internal import Hashing

/// What makes a run that run: its canonical configuration and the digest of it.
public struct RunConfiguration: Sendable, Hashable {
    /// Canonical JSON of the configuration.
    public let json: String
    /// SHA-256 of `json`, 64 hexadecimal digits.
    public let digest: String

    /// The configuration with these members.
    public init(_ members: [String: JSONValue]) {
        self.init(canonicalJSON: JSONValue.object(members).canonicalJSON)
    }

    /// The configuration of text that is canonical JSON already.
    public init(canonicalJSON json: String) {
        self.json = json
        digest = SHA256.hex(of: json)
    }
}
