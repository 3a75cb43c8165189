/// The settings that say how a run is run and kept, and nothing about what it learns: they are no part
/// of its identity, no axis of a report, and nothing by which lists tell runs apart.
public enum RunningSettings {
    /// Their names.
    public static let names: Set<String> = [
        "checkpoint-every", "keep-masks", "max-seconds", "recompute", "threads",
    ]
}
