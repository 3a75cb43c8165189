import ArgumentParser
import Console
import Reports

/// Whether long answers go through the pager: shared by the verbs that show texts.
struct PagerOption: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Page long answers on a terminal.")
    var pager = true

}

/// How long and wide answers are shown on a terminal: shared by the verbs that show tables.
struct PageOptions: ParsableArguments {
    @OptionGroup var paging: PagerOption

    @Flag(help: "Show every column whole, also where the terminal is narrower.")
    var wide = false

    /// Columns of the terminal that tables have to fit into; nil where there is no end.
    var columns: Int? { wide ? nil : Screen(of: .standard)?.columns }

    /// Shows a report: on a terminal to people, unless they ask for a format; elsewhere as the text that
    /// a file would have.
    func show(_ document: ReportDocument, as format: ReportFormat? = nil) throws {
        let text = document.rendered(as: format ?? .markdown)
        guard Printer.standard.isTerminal else { return try Printer.standard.write(text) }
        guard format != nil else { return try show(ReportScreen(columns: columns).lines(document)) }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        try show(lines)
    }

    /// Shows lines for people.
    func show(_ lines: [String]) throws {
        try PagedOutput.show(lines, isPaged: paging.pager)
    }
}
