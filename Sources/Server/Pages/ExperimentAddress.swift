internal import RunStore

/// Where a sweep's page is: `/experiments/NAME`.
///
/// Experiments of other programs may be called by what no part of a path can hold, such as `team/lungs`:
/// their names are encoded twice.
enum ExperimentAddress {
    /// The path of the page.
    static func path(_ name: String) -> String {
        let once = PercentCode.encoded(name)
        let isPart =
            name != "." && name != ".." && !name.utf8.contains { "/\\\0".utf8.contains($0) }
        return "/experiments/"
            + (isPart ? once : PercentCode.encoded(once.replacing(".", with: "%2E")))
    }

    /// The name that a part of a path, decoded once, stands for.
    static func name(_ part: String, in store: RunStore) throws -> String {
        let names = try store.experiments()
        guard !names.contains(part), let name = PercentCode.decoded(part.utf8),
            names.contains(name)
        else { return part }
        return name
    }
}
