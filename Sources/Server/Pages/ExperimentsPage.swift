internal import Domain
internal import Foundation
internal import Reports
internal import RunStore

/// The sweeps and searches of the store.
struct ExperimentsPage {
    let site: Site

    func page() throws -> Page {
        let store = try site.store()
        let rows = try store.experiments().map { name -> [Markup] in
            let status = try store.status(experiment: name)
            let all = status.counts.values.reduce(0, +)
            let done = status.counts[.completed, default: 0] + status.counts[.pruned, default: 0]
            let path = ExperimentAddress.path(name)
            return [
                "<a href=\"\(path)\">\(name)</a>",
                Words.progress(Double(done) / Double(max(1, all)), "\(done) of \(all)"),
                "\(status.counts[.running, default: 0])", "\(status.counts[.failed, default: 0])",
                try store.reportRecipe(ofExperiment: name).map { recipe -> Markup in
                    recipe.isEmpty ? "–" : "<a href=\"\(path)/report\">\(recipe)</a>"
                } ?? "–",
            ]
        }
        let table = DataTable(
            caption: "Sweeps",
            columns: [
                .init("Sweep"), .init("Completed"), .init("At work", isNumber: true),
                .init("Failed", isNumber: true), .init("Report"),
            ], rows: rows)
        return Page(
            "Sweeps", area: .experiments,
            sections: [
                .init(
                    name: "sweeps",
                    content: rows.isEmpty ? "<p>No sweep was started yet.</p>" : table.markup)
            ])
    }
}

/// One sweep: what is going on, and its grid as a map.
struct ExperimentPage {
    let site: Site
    let name: String
    let parameters: HTTPRequest.Parameters

    func page() throws -> Page {
        let store = try site.store()
        try store.requireExperiment(name)
        let runs = try store.overview(experiment: name)
        return Page(
            "Sweep \(name)", area: .experiments,
            sections: [
                .init(
                    name: "now",
                    content: try NowSection(site: site, experiment: name).markup(in: store)),
                .init(name: "map", content: try map(of: runs, in: store)),
                .init(name: "history", content: try history(of: runs)),
                .init(
                    name: "settings",
                    content: try SearchSection(site: site, runs: runs).markup(in: store)),
                .init(name: "failures", content: failures(runs)),
            ])
    }

    /// Rows and columns of the map: the two axes with most values, the seed apart.
    private func map(of runs: [RunOverview], in store: RunStore) throws -> Markup {
        let settings = try store.reportVaryingSettings(
            of: runs.map(\.run), defaults: site.parts.defaults)
        let missing = try store.plannedExperiments(named: name).flatMap(site.parts.cellsWithoutRun)
        var axes: [(name: String, value: (RunOverview) -> String)] = [
            ("data set", { $0.dataset }), ("model", { $0.model }), ("procedure", { $0.procedure }),
            ("loss", { $0.loss }), ("labels", { Words.number($0.labels) + " %" }),
        ]
        for (setting, values) in settings.sorted(by: { $0.key < $1.key })
        where !RunningSettings.names.contains(setting) {
            axes.append((setting, { values[$0.run] ?? "" }))
        }
        axes = axes.filter { axis in Set(runs.map(axis.value)).count > 1 }
        guard let across = axes.last else {
            return try groupTable(runs, missing: missing.count)
        }
        let down = axes.dropLast()
        func key(_ run: RunOverview) -> [String] { down.map { $0.value(run) } }
        var rowKeys: [[String]] = [], columnKeys: [String] = []
        for run in runs {
            if !rowKeys.contains(key(run)) { rowKeys.append(key(run)) }
            if !columnKeys.contains(across.value(run)) { columnKeys.append(across.value(run)) }
        }
        let means = runs.compactMap(\.testValue)
        let low = means.min() ?? 0, high = means.max() ?? 1
        let rows = rowKeys.map { rowKey -> [Markup] in
            let cells = columnKeys.map { columnKey -> Markup in
                cell(
                    runs.filter { key($0) == rowKey && across.value($0) == columnKey }, low, high)
            }
            return rowKey.map { "\($0)" } + cells
        }
        let columns =
            down.map { DataTable.Column("\($0.name)") }
            + columnKeys.map { .init("\(across.name) \($0)", isNumber: true) }
        let table = DataTable(caption: "Grid of the sweep", columns: columns, rows: rows)
        let title = site.parts.vocabulary.title(of: runs.map(\.objective))
        let without: Markup =
            missing.isEmpty
            ? .empty
            : """
            <p>\(missing.count) \(missing.count == 1 ? "cell has" : "cells have") no run: the data are \
            not at hand.</p>
            """
        return """
            <h2>Grid</h2>
            <p>Mean \(title) of the test images, over the seeds, and how many of the runs are completed. \
            The darker a cell, the higher.</p>
            <div class="map">\(table.markup)</div>
            \(without)
            """
    }

    private func groupTable(_ runs: [RunOverview], missing: Int) throws -> Markup {
        let links = runs.prefix(200).map { run -> Markup in
            """
            <li><a href="/runs/\(run.run)">run \(run.run)</a> \(Words.state(run.state)) \
            \(Words.share(run.testValue))</li>
            """
        }
        return "<h2>Runs</h2>\n<ul>\(links)</ul>"
    }

    private func cell(_ runs: [RunOverview], _ low: Double, _ high: Double) -> Markup {
        guard !runs.isEmpty else { return "<span class=\"none\">no run</span>" }
        let values = runs.compactMap(\.testValue)
        let done = runs.count { $0.state == .completed }
        let failed = runs.count { $0.state == .failed }
        let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        // A result may be infinite, and a mean of large ones too.
        let step = mean.map {
            high > low ? min(max(Int(nearest: ($0 - low) / (high - low) * 8), 0), 8) : 4
        }
        let kind: Markup = step.map { " class=\"heat h\($0)\"" } ?? " class=\"none\""
        let query = HTTPRequest.Parameters([
            ("runs", runs.map { String($0.run) }.joined(separator: ","))
        ]).query
        let trouble: Markup = failed > 0 ? " <span class=\"failed\">✗ \(failed)</span>" : .empty
        let link: Markup =
            runs.count == 1
            ? "<a href=\"/runs/\(runs[0].run)\">\(Words.share(mean))</a>"
            : "<a href=\"/compare\(query)\">\(Words.share(mean))</a>"
        return """
            <span\(kind)>\(link) <small>\(done)/\(runs.count)</small>\(trouble)</span>
            """
    }

    /// The best value of the objective after each run: what a search has found by then.
    private func history(of runs: [RunOverview]) throws -> Markup {
        let judged = JudgedRuns(runs, by: site.parts.vocabulary)
        let ended = judged.runs.sorted {
            ($0.run.finished ?? "~", $0.run.run) < ($1.run.finished ?? "~", $1.run.run)
        }
        guard ended.count > 3 else { return .empty }
        var best = ended[0].value
        let points = ended.enumerated().map { index, run -> ReportCurvePoint in
            best = judged.objective.better(best, run.value)
            return ReportCurvePoint(epoch: index + 1, value: best)
        }
        let each = ended.enumerated().map { index, run in
            ReportCurvePoint(epoch: index + 1, value: run.value)
        }
        var figure = CurveFigure(panels: [
            .init(
                title: judged.title,
                curves: [
                    .init(name: "best so far", points: points),
                    .init(name: "each run", points: each, isPoints: true),
                ])
        ])
        figure.xLabel = "run, by order of ending"
        return """
            <h2>History</h2>
            <figure class="curves" aria-label="best \(judged.title) so far">
            \(CurvesSection.drawn(figure))
            </figure>
            """
    }

    private func failures(_ runs: [RunOverview]) -> Markup {
        let failed = runs.filter { $0.state == .failed }
        guard !failed.isEmpty else { return .empty }
        let items = failed.prefix(100).map { run -> Markup in
            "<li><a href=\"/runs/\(run.run)\">run \(run.run)</a>: \(run.error ?? "")</li>"
        }
        return "<h2>Failed</h2>\n<ul>\(items)</ul>"
    }
}
