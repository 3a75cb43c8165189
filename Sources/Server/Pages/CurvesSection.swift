internal import Domain
internal import Foundation
internal import Reports
internal import RunStore

/// The curves of runs, with the form that says how they are drawn.
struct CurvesSection {
    let site: Site
    let runs: [RunID]
    let parameters: HTTPRequest.Parameters
    /// The page on which they stand.
    let path: String

    /// Most runs in one picture.
    static let mostRuns = 300

    /// Curves that are drawn where none is chosen, besides those by which the runs are judged.
    private static let standard = ["train loss", "validation loss"]

    /// The curves on a run's own page: its, and those of the runs named `with` it.
    ///
    /// - Throws: `StoreError` where there is no such run.
    static func page(
        of run: RunID, in store: RunStore, _ site: Site, _ parameters: HTTPRequest.Parameters
    ) throws -> Page.Section {
        let others = runs(in: parameters["with"] ?? "").filter { $0 != run }
        try store.requireRuns(others)
        let section = CurvesSection(
            site: site, runs: [run] + others, parameters: parameters, path: "/runs/\(run)")
        return .init(name: "curves", content: try section.markup(in: store))
    }

    /// The numbers in "1, 2 5"; others are left out.
    static func runs(in text: String) -> [RunID] {
        var runs: [RunID] = []
        for part in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            if let run = RunID(part), !runs.contains(run), runs.count < mostRuns {
                runs.append(run)
            }
        }
        return runs
    }

    /// What a curve is called: `validation dice`; one that belongs to no part by its name.
    private static func title(_ split: String, _ name: String) -> String {
        split.isEmpty ? name : "\(split) \(name)"
    }

    func markup(in store: RunStore) throws -> Markup {
        let names = try store.curveNames(of: runs).map {
            (title: Self.title($0.split, $0.name), $0)
        }
        guard !names.isEmpty else { return .empty }
        let wanted = parameters.all("curve")
        var chosen = names.filter { wanted.contains($0.title) }
        if chosen.isEmpty {
            let judging = try store.objectives(of: runs).values.map {
                Self.title($0.split, $0.name)
            }
            chosen = names.filter { (judging + Self.standard).contains($0.title) }
        }
        if chosen.isEmpty { chosen = Array(names.prefix(2)) }
        var figure = CurveFigure(
            panels: try chosen.map { choice in
                let curves = try store.reportCurves(
                    of: choice.1.name, part: choice.1.split, runs: runs)
                return CurveFigure.Panel(
                    title: choice.title,
                    curves: runs.compactMap { run in
                        curves[run].map { .init(name: "run \(run)", points: $0) }
                    })
            })
        figure.smoothing = min(max(parameters["smooth"].flatMap { Double($0) } ?? 0, 0), 0.99)
        figure.isLogarithmic = parameters["log"] == "1"
        figure.epochs = epochs
        let options = names.map { name, _ -> Markup in
            let isChosen = chosen.contains { $0.title == name }
            let mark: Markup = isChosen ? " checked" : ""
            return """
                <label><input type="checkbox" name="curve" value="\(name)"\(mark)> \(name)</label>
                """
        }
        let logarithmic: Markup = figure.isLogarithmic ? " checked" : ""
        let alt = chosen.map(\.title).joined(separator: ", ") + " by epoch"
        return """
            <h2>Curves</h2>
            <form class="filter" method="get" action="\(path)">
            <fieldset><legend>Curves</legend>\(options)</fieldset>
            <label>Also runs <input name="with" value="\(parameters["with"] ?? "")" size="12" \
            placeholder="4, 5"></label>
            <label>Smoothing <input name="smooth" type="number" min="0" max="0.99" step="0.01" \
            value="\(Words.number(figure.smoothing))"></label>
            <label>Epochs <input name="from" type="number" min="1" value="\(parameters["from"] ?? "")" \
            aria-label="first epoch"> to <input name="to" type="number" min="1" \
            value="\(parameters["to"] ?? "")" aria-label="last epoch"></label>
            <label><input type="checkbox" name="log" value="1"\(logarithmic)> logarithmic</label>
            <input type="hidden" name="runs" value="\(parameters["runs"] ?? "")">
            <button>Draw</button>
            </form>
            <figure class="curves" aria-label="\(alt)">
            \(Self.drawn(figure))
            <figcaption>Move over the lines to read values; drag over a stretch of epochs to enlarge \
            it, double-click for all. The scales fit the data and need not begin at 0.</figcaption>
            </figure>
            <details><summary>The numbers</summary>
            \(Self.tables(figure))
            </details>
            """
    }

    /// The panels of a figure, and what its lines are.
    static func drawn(_ figure: CurveFigure) -> Markup {
        let legend = figure.legend().map { name, svg -> Markup in
            "<li>\(Markup.rendered(svg))\(name)</li>"
        }
        return """
            <div class="panels">
            \(figure.svgs().map(Markup.rendered))
            </div>
            <ul class="legend">\(legend)</ul>
            """
    }

    private var epochs: ClosedRange<Int>? {
        let from = parameters["from"].flatMap { Int($0) }, to = parameters["to"].flatMap { Int($0) }
        guard from != nil || to != nil else { return nil }
        let low = max(0, min(from ?? 0, 1_000_000_000))
        return low...max(low + 1, min(to ?? 1_000_000_000, 1_000_000_000))
    }

    /// Up to 50 epochs of each curve: the picture in words. All of them give the SQL page and
    /// `lightbox export`.
    static func tables(_ figure: CurveFigure) -> Markup {
        .join(
            figure.panels.map { panel -> Markup in
                let curves = panel.curves.prefix(20)
                let epochs = Set(curves.flatMap { $0.points.map(\.epoch) }).sorted()
                    .filter { figure.epochs?.contains($0) ?? true }
                let step = max(1, epochs.count / 50)
                let values = curves.map { curve in
                    Dictionary(
                        curve.points.map { ($0.epoch, $0.value) }, uniquingKeysWith: { a, _ in a })
                }
                let rows = epochs.enumerated().filter {
                    $0.offset % step == 0 || $0.offset == epochs.count - 1
                }.map { _, epoch -> [Markup] in
                    ["\(epoch)"] + values.map { "\(Words.number($0[epoch]))" }
                }
                return DataTable(
                    caption: panel.title,
                    columns: [.init("Epoch")]
                        + curves.map { .init("\($0.name): \(panel.title)", isNumber: true) },
                    rows: rows
                ).markup
            })
    }
}
