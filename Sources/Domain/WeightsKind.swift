/// Which weights of a run. Its raw values stand in stores, files and options.
public enum WeightsKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Those of the epoch with the best validation figure.
    case best
    /// Those of the last epoch.
    case last
}
