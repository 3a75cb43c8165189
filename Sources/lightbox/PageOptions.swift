import ArgumentParser
import Console

/// How long and wide answers are shown on a terminal: shared by the verbs that show tables.
struct PageOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Page long answers on a terminal.")
    var pager = true

    @Flag(help: "Show every column whole, also where the terminal is narrower.")
    var wide = false

    /// Columns of the terminal that tables have to fit into; nil where there is no end.
    var columns: Int? { wide ? nil : Screen(of: .standard)?.columns }

    /// Shows lines for people.
    func show(_ lines: [String]) throws {
        try PagedOutput.show(lines, isPaged: pager)
    }
}
