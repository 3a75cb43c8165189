/// A report that can be asked for by name.
public struct ReportEntry: Sendable {
    /// Name on the command line.
    public let name: String
    /// Heading.
    public let title: String
    /// One line of help.
    public let summary: String
    /// Options that its layout leaves no room for; they are refused rather than passed over.
    let ignored: Set<String>
    /// Whether it looks at the request itself: what it shows are no cells.
    let checksItself: Bool
    /// Makes the report.
    let make: @Sendable (ReportEntry, ReportSource) throws -> ReportDocument

    init(
        _ name: String, title: String, summary: String, ignoring ignored: Set<String> = [],
        checksItself: Bool = false,
        make: @escaping @Sendable (ReportEntry, ReportSource) throws -> ReportDocument
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.ignored = ignored
        self.checksItself = checksItself
        self.make = make
    }
}

extension ReportEntry {
    /// Refuses options of `request` that would change nothing.
    ///
    /// - Throws: `ReportError.badOption`.
    func refuseIgnored(in request: ReportRequest) throws {
        let given = [
            "rows": request.rows.map(\.name), "columns": request.columns.map(\.name),
            "aggregate": request.aggregation == .mean ? [] : [request.aggregation.rawValue],
            "reference": request.reference.map { ["\($0.axis.name)=\($0.value)"] } ?? [],
        ].filter { !$0.value.isEmpty && ignored.contains($0.key) }.min { $0.key < $1.key }
        guard let given else { return }
        throw ReportError.badOption(
            name: given.key, found: given.value.joined(separator: ","),
            expected: "none: report '\(name)' has a layout of its own; 'sweep' takes it")
    }
}
