internal import Foundation
internal import Reports
internal import RunStore

/// The reports, and the sweeps that name one.
struct ReportsPage {
    let site: Site

    func page() throws -> Page {
        let store = try site.store()
        let reports = ReportRegistry.all.filter { $0.name != "overlays" }.map { entry -> Markup in
            "<li><a href=\"/reports/\(entry.name)\">\(entry.name)</a>: \(entry.summary)</li>"
        }
        let experiments = try store.experiments().compactMap { name -> Markup? in
            guard let recipe = try store.reportRecipe(ofExperiment: name), !recipe.isEmpty else {
                return nil
            }
            let path = ExperimentAddress.path(name) + "/report"
            return "<li><a href=\"\(path)\">\(name)</a>: \(recipe)</li>"
        }
        return Page(
            "Reports", area: .reports,
            sections: [
                .init(
                    name: "reports",
                    content: """
                        <h2>Of sweeps</h2>
                        <ul>\(experiments.isEmpty ? ["<li>No sweep names a report.</li>"] : experiments)</ul>
                        <h2>Over all runs</h2>
                        <ul>\(reports)</ul>
                        """)
            ])
    }

    /// A report as the file that `lightbox report --format html` writes, with links from what stands for
    /// a test image to the image's page.
    ///
    /// - Throws: `ReportError`, `StoreError`.
    func report(_ name: String, experiment: String?) throws -> HTTPResponse {
        let store = try site.store()
        var text = name
        if let experiment {
            try store.requireExperiment(experiment)
            text = try store.reportRecipe(ofExperiment: experiment) ?? ""
            guard !text.isEmpty else {
                throw HTTPFault(404, "the sweep '\(experiment)' names no report")
            }
        }
        let recipe = try ReportRecipe(text)
        var request = try recipe.request()
        if let experiment { request.selection.experiment = experiment }
        request.figures = true
        var source = ReportSource(store: store, vocabulary: site.parts.vocabulary, request: request)
        if let experiment {
            source.withoutRun = try store.plannedExperiments(named: experiment)
                .flatMap(site.parts.cellsWithoutRun)
        }
        source.acceptsNothing = true
        let weights = request.weights
        source.imageAddress = { run, image, other in
            ImageAddress.page(run, image, beside: other, weights: weights)
        }
        let document = try ReportRegistry.require(recipe.name).document(from: source)
        var response = HTTPResponse(type: "text/html", text: document.rendered(as: .html))
        response.headers.append(
            (
                "Content-Security-Policy",
                SafeHeaders.policy(
                    style: "\n" + HTMLPage.style + "\n", script: "\n" + HTMLPage.script + "\n")
            ))
        return response
    }
}
