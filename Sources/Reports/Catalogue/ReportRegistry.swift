internal import Domain
internal import RunStore

/// All reports; a new one is a file in `Entries/` and a line here.
public enum ReportRegistry {
    /// The reports in the order in which they are listed.
    public static let all: [ReportEntry] = [
        .p1Table1, .p1Table2, .p2Table1, .ablation, .labelFraction, .leaderboard, .sweep,
        .outOfFold, .external, .overlays,
    ]

    /// The report of that name.
    ///
    /// - Throws: `ReportError.unknownReport`, with the nearest name.
    public static func find(_ name: String) throws -> ReportEntry {
        if let entry = all.first(where: { $0.name == name }) { return entry }
        let known = all.map(\.name)
        throw ReportError.unknownReport(
            name: name, nearest: NearestName.close(to: name, in: known), known: known)
    }
}

extension ReportEntry {
    /// Makes the report from a store.
    ///
    /// The same rows of the store give the same document.
    ///
    /// - Throws: `StoreError`, `ReportError`.
    public func document(from source: ReportSource) throws -> ReportDocument {
        try refuseIgnored(in: source.request)
        return try make(self, source.checked())
    }
}
