/// What a run is.
public enum RunKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// A cell of a grid, which Lightbox trains.
    case cell
    /// What another program logged, or another tool's store held.
    case logged
}

/// Along what a curve is counted.
public enum SeriesAxis: String, Sendable, Hashable, CaseIterable, Codable {
    case epoch, step
}

extension RunKind: StoreCell {}
extension SeriesAxis: StoreCell {}
