/// A report that can be asked for by name.
public struct ReportEntry: Sendable {
    /// Name on the command line.
    public let name: String
    /// Heading.
    public let title: String
    /// One line of help.
    public let summary: String
    /// Makes the report.
    let make: @Sendable (ReportEntry, ReportSource) throws -> ReportDocument

    init(
        _ name: String, title: String, summary: String,
        make: @escaping @Sendable (ReportEntry, ReportSource) throws -> ReportDocument
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.make = make
    }
}
