internal import Reports
internal import RunStore

/// Runs side by side: what `lightbox compare` shows, and their curves.
struct ComparePage {
    let site: Site
    let parameters: HTTPRequest.Parameters

    func page() throws -> Page {
        let text = (parameters.all("run") + parameters.all("runs")).joined(separator: ",")
        let runs = CurvesSection.runs(in: text)
        let form: Markup = """
            <form class="filter" method="get" action="/compare">
            <label>Runs <input name="runs" value="\(runs.map(String.init).joined(separator: ", "))" \
            size="30" placeholder="1, 2, 3"></label> <button>Compare</button>
            </form>
            """
        var sections = [Page.Section(name: "choice", content: form)]
        guard runs.count > 1 else {
            sections.append(
                .init(
                    name: "hint",
                    content: "<p>Tick runs in the list, or name two or more; the first is the "
                        + "reference.</p>"))
            return Page("Compare", area: .compare, sections: sections)
        }
        let store = try site.store()
        try store.requireRuns(runs)
        var request = ReportRequest()
        request.figures = true
        var source = ReportSource(store: store, vocabulary: site.parts.vocabulary, request: request)
        let weights = request.weights
        source.imageAddress = { run, image, other in
            ImageAddress.page(run, image, beside: other, weights: weights)
        }
        let own = HTTPRequest.Parameters(parameters.items.filter { $0.name != "run" })
            .with("runs", runs.map(String.init).joined(separator: ","))
        sections.append(
            .init(
                name: "curves",
                content: try CurvesSection(
                    site: site, runs: runs, parameters: own, path: "/compare"
                ).markup(in: store)))
        if runs.count <= 8 {
            let document = try ComparisonReport(of: runs, from: source).document()
            sections.append(.init(name: "comparison", content: .rendered(document.htmlBody)))
            if try runs.allSatisfy({ try store.kind(of: $0) == .cell }) {
                sections.append(
                    .init(
                        name: "disagreement",
                        content: try DisagreementSection(site: site, runs: runs, parameters: own)
                            .markup(from: source)))
            }
        } else {
            sections.append(
                .init(
                    name: "comparison",
                    content: "<p>Tables and tests are shown for up to 8 runs.</p>"))
        }
        return Page("Compare", area: .compare, sections: sections)
    }
}
