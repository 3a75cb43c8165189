internal import Domain
internal import RunStore

/// Every report; a new one is one file and one line here.
public enum ReportRegistry {
    /// The reports in the order in which they are listed.
    public static let all: [ReportEntry] = [
        .p1Table1, .p1Table2, .p2Table1, .ablation, .labelFraction, .leaderboard, .sweep,
        .outOfFold, .external, .overlays, .logged,
    ]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The report of that name.
    public static func find(_ name: String) -> ReportEntry? { all.first { $0.name == name } }

    /// The report of that name.
    ///
    /// - Throws: `ReportError.unknownReport`, with the nearest name.
    public static func require(_ name: String) throws -> ReportEntry {
        if let entry = find(name) { return entry }
        throw ReportError.unknownReport(
            name: name, nearest: NearestName.close(to: name, in: names), known: names)
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
        return try make(self, checksItself ? source : source.checked())
    }
}
