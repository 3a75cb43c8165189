/// Writes a report as one self-contained page.
struct HTMLRenderer {
    func render(_ document: ReportDocument) -> String { "" }
}
