internal import Domain
internal import Foundation
internal import Reports
internal import RunStore

/// One run: how it is, its curves, results, settings, files and events.
struct RunPage {
    let site: Site
    let run: RunID
    let parameters: HTTPRequest.Parameters

    func page() throws -> Page {
        let store = try site.store()
        let detail = try store.detail(of: run)
        let overview = detail.overview
        return Page(
            "Run \(run)", area: .runs,
            sections: [
                .init(name: "facts", content: facts(detail)),
                try CurvesSection.page(of: run, in: store, site, parameters),
                .init(name: "results", content: results(detail)),
                .init(name: "external", content: external(detail)),
                .init(name: "classes", content: try classes(overview, in: store)),
                .init(name: "settings", content: settings(detail)),
                .init(name: "machine", content: try machine(in: store)),
                .init(name: "files", content: files(detail)),
                .init(name: "events", content: events(detail)),
            ])
    }

    private func facts(_ detail: RunDetail) -> Markup {
        let run = detail.overview
        let title = site.parts.vocabulary.title(of: [run.objective])
        var facts: [(String, Markup)] = [
            (
                "State",
                run.error.map { "\(Words.state(run.state)): \($0)" } ?? Words.state(run.state)
            ),
            (
                "Trains",
                """
                \(run.dataset) · \(run.model) · \(run.procedure) · \(run.loss) · \
                \(Words.number(run.labels)) % of the labels · seed \(String(run.seed))
                """
            ),
            (
                "Test \(title)",
                "\(Words.share(run.testValue)) (sd over images \(Words.share(run.testDeviation)))"
            ),
            (
                "\((run.objective?.split ?? "validation").capitalized) \(title)",
                """
                \(Words.share(run.objectiveValue)) at epoch \
                \(run.bestEpoch.map { String($0) } ?? "–") of \(run.epochs)
                """
            ),
        ]
        if run.state == .running, let epoch = run.epoch {
            let done = Double(epoch) / Double(max(1, run.epochs))
            facts.append(("Progress", Words.progress(done, "epoch \(epoch) of \(run.epochs)")))
        }
        if let experiment = run.experiment {
            let path = ExperimentAddress.path(experiment)
            facts.append(("Sweep", "<a href=\"\(path)\">\(experiment)</a>"))
        }
        let machine = [
            run.host, detail.cpu, run.threads.map { $0 == 1 ? "1 thread" : "\($0) threads" },
            run.imagesPerSecond.map { "\(Words.number($0.rounded())) images/s" },
            run.peakMemory.map { "\($0 >> 20) MiB at most" },
        ].compactMap { $0 }.joined(separator: " · ")
        facts += [
            ("Took", "\(Words.duration(run.seconds))"), ("Machine", "\(machine)"),
            (
                "Code",
                """
                Lightbox \(detail.version ?? "–") \
                \(detail.code.map { String($0.digest.prefix(10)) } ?? "code not known")
                """
            ),
            ("Digest", "<code>\(run.digest)</code>"),
        ]
        let rows = facts.map { name, value -> Markup in
            "<tr><th scope=\"row\">\(name)</th><td>\(value)</td></tr>"
        }
        return """
            <p><a href="/runs/\(self.run)/images">Its test images</a></p>
            <table class="facts"><tbody>
            \(rows)
            </tbody></table>
            """
    }

    private func results(_ detail: RunDetail) -> Markup {
        let test = detail.results.filter { $0.split == .test }
        guard !test.isEmpty else { return .empty }
        var names: [String] = []
        for result in test where !names.contains(result.name) { names.append(result.name) }
        let rows = names.map { name -> [Markup] in
            let cells = [WeightsKind.best, .last].flatMap { weights -> [Markup] in
                let result = test.first { $0.name == name && $0.weights == weights }
                return [
                    "\(Words.measure(result?.mean))", "\(Words.measure(result?.deviation))",
                    "\(Words.measure(result?.pooled))",
                ]
            }
            let images = test.filter { $0.name == name }.map(\.images).max() ?? 0
            return ["\(name)", "\(images)"] + cells
        }
        let columns =
            [DataTable.Column("Metric"), .init("Images", isNumber: true)]
            + ["best", "last"].flatMap { weights -> [DataTable.Column] in
                ["mean", "sd", "pooled"].map { .init("\(weights): \($0)", isNumber: true) }
            }
        return """
            <h2>Results on the test images</h2>
            <p>Mean and sample standard deviation over the images, and over all pixels together; of the \
            weights that were best on the validation images, and of the last ones.</p>
            \(DataTable(caption: "Test results", columns: columns, rows: rows).markup)
            """
    }

    /// What it measured on other data sets: the masks' Dice, the classes' accuracy.
    private func external(_ detail: RunDetail) -> Markup {
        let shown = detail.external.filter {
            RunObjective.isHeadline($0.name, of: detail.objective)
        }
        guard !shown.isEmpty else { return .empty }
        let rows = shown.map { result -> [Markup] in
            [
                "\(result.dataset)", "\(result.weights.rawValue)", "\(result.name)",
                "\(result.images)", "\(Words.measure(result.mean))",
                "\(Words.measure(result.deviation))", "\(Words.measure(result.pooled))",
            ]
        }
        let columns =
            [DataTable.Column("Tested on"), .init("Weights"), .init("Metric")]
            + ["Images", "mean", "sd", "pooled"].map { .init($0, isNumber: true) }
        return """
            <h2>Results on other data sets</h2>
            <p>Every image of a data set that the run was not trained on, prepared as its own. The report \
            <a href="/reports/external">external</a> shows who was tested on what.</p>
            \(DataTable(caption: "On other data sets", columns: columns, rows: rows).markup)
            """
    }

    private func classes(_ overview: RunOverview, in store: RunStore) throws -> Markup {
        let counts = try store.reportConfusions(of: [run], weights: .best, split: .test)[run] ?? []
        guard !counts.isEmpty else { return .empty }
        var names: [String] = []
        for count in counts where !names.contains(count.target) { names.append(count.target) }
        for count in counts where !names.contains(count.predicted) { names.append(count.predicted) }
        let rows = names.map { target -> [Markup] in
            ["\(target)"]
                + names.map { predicted in
                    let count = counts.first { $0.target == target && $0.predicted == predicted }
                    return "\(count?.count ?? 0)"
                }
        }
        let columns =
            [DataTable.Column("Image's class")]
            + names.map { .init("told \($0)", isNumber: true) }
        return """
            <h2>Classes</h2>
            \(DataTable(caption: "Confusion of the test images", columns: columns, rows: rows).markup)
            """
    }

    private func settings(_ detail: RunDetail) -> Markup {
        let defaults = site.parts.defaults
        let all = detail.parameters.sorted { $0.key < $1.key }.map { name, value in
            (name: name, value: Words.value(value), standard: defaults[name])
        }
        func isOwn(_ item: (name: String, value: String, standard: String?)) -> Bool {
            guard let standard = item.standard else { return false }
            return standard != item.value && Double(standard) != Double(item.value)
        }
        let own = all.filter(isOwn)
        let table = DataTable(
            caption: "All settings",
            columns: [.init("Setting"), .init("Value"), .init("Default")],
            rows: all.map { item in
                let value: Markup = isOwn(item) ? "<strong>\(item.value)</strong>" : "\(item.value)"
                return ["\(item.name)", value, "\(item.standard ?? "–")"]
            })
        let summary =
            own.isEmpty
            ? "Every setting is the default."
            : "Not the default: "
                + own.map { "\($0.name) \($0.value) (default \($0.standard ?? "–"))" }
                .joined(separator: ", ") + "."
        return """
            <h2>Settings</h2>
            <p>\(summary)</p>
            <details><summary>All settings</summary>
            \(table.markup)
            </details>
            """
    }

    /// What the machine did in each epoch.
    private func machine(in store: RunStore) throws -> Markup {
        let load = try store.machineLoad(of: run)
        func curve(_ name: String) throws -> [ReportCurvePoint] {
            try store.reportCurves(of: name, split: .train, runs: [run])[run] ?? []
        }
        func points(_ value: (MachineLoad) -> Double?) -> [ReportCurvePoint] {
            load.compactMap { epoch in
                value(epoch).map { ReportCurvePoint(epoch: epoch.epoch, value: $0) }
            }
        }
        let panels = [
            ("images a second", try curve("images-per-second")),
            ("processors busy", points { $0.processors }),
            ("memory, MiB", points { $0.memory.map { Double($0) / 1_048_576 } }),
            ("seconds an epoch", try curve("seconds")),
        ].filter { !$1.isEmpty }
        guard !panels.isEmpty else { return .empty }
        let figure = CurveFigure(
            panels: panels.map { title, points in
                CurveFigure.Panel(
                    title: title, curves: [.init(name: "run \(run)", points: points)])
            })
        return """
            <h2>Machine</h2>
            <p>In each epoch: images trained a second (without validation), processors busy on average, \
            memory at its end, and how long it took with validation.</p>
            <figure class="curves" aria-label="What the machine did, by epoch">
            \(CurvesSection.drawn(figure))
            </figure>
            <details><summary>The numbers</summary>
            \(CurvesSection.tables(figure))
            </details>
            """
    }

    private func files(_ detail: RunDetail) -> Markup {
        guard !detail.artifacts.isEmpty else { return .empty }
        let rows = detail.artifacts.map { file -> [Markup] in
            [
                "\(file.kind)", "\(file.path)", "\(file.bytes)",
                "<code>\(String(file.digest.prefix(16)))</code>",
            ]
        }
        let table = DataTable(
            caption: "Files",
            columns: [
                .init("Kind"), .init("Path"), .init("Bytes", isNumber: true), .init("SHA-256"),
            ], rows: rows)
        return "<h2>Files</h2>\n\(table.markup)"
    }

    private func events(_ detail: RunDetail) -> Markup {
        guard !detail.events.isEmpty else { return .empty }
        let style = Date.ISO8601FormatStyle()
        let rows = detail.events.suffix(500).map { event -> [Markup] in
            ["\(event.time.formatted(style))", "\(event.level.rawValue)", "\(event.message)"]
        }
        let table = DataTable(
            caption: "Events", columns: [.init("Time"), .init("Level"), .init("Message")],
            rows: Array(rows))
        return "<h2>Events</h2>\n\(table.markup)"
    }
}
