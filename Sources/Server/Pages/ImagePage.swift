internal import Domain
internal import Foundation
internal import Reports
internal import RunStore

/// One test image of a run, alone or beside what another run makes of it: pictures that can be laid over
/// each other, and what was measured.
struct ImagePage {
    let site: Site
    let run: RunID
    let parameters: HTTPRequest.Parameters

    /// The most runs that are offered to look at beside.
    private static let mostOthers = 200

    private var weights: WeightsKind { parameters.weights }

    func page() throws -> Page {
        let store = try site.store()
        let wanted = parameters.beside.flatMap { $0 == run ? nil : $0 }
        try store.requireRuns([run] + (wanted.map { [$0] } ?? []))
        guard let name = parameters["image"] else {
            throw HTTPFault(404, "the image is missing: expected image=NAME in the address")
        }
        let metric = try parameters["metric"] ?? store.judging(run).name
        let own = try store.imageResults(of: run, image: name, weights: weights)
        guard !own.isEmpty else {
            throw HTTPFault(
                404, "run \(run) has no test image '\(name)' of the \(weights.rawValue) weights")
        }
        // Runs of different splits share some of their test images.
        let others = try wanted.map {
            try store.imageResults(of: $0, image: name, weights: weights)
        }
        let other = others?.isEmpty == false ? wanted : nil
        let runs = [run] + (other.map { [$0] } ?? [])
        let values = [own] + (other == nil ? [] : [others ?? [:]])
        let missing: Markup =
            if let wanted, other == nil {
                """
                <p role="alert">Run \(wanted) has not tested this image with its \(weights.rawValue) \
                weights.</p>
                """
            } else { .empty }
        let order = try store.imageValues(
            of: run, metric: metric, weights: weights.rawValue, worstFirst: true
        ).map(\.image)
        let all = try store.runsTesting(
            name, of: run, metric: metric, weights: weights, limit: Self.mostOthers)
        return Page(
            name, area: .runs,
            sections: [
                .init(name: "choice", content: choice(name, order, all, metric, wanted)),
                .init(name: "pictures", content: missing + pictures(name, runs, values, metric)),
                .init(name: "measured", content: measured(runs, values)),
            ])
    }

    private func address(_ name: String, beside other: RunID?) -> String {
        "/runs/\(run)/image"
            + parameters.with("image", name).with("beside", other.map(String.init)).query
    }

    /// The way to other images, and to other runs of this one.
    private func choice(
        _ name: String, _ order: [String], _ others: [(run: RunID, value: Double)],
        _ metric: String, _ other: RunID?
    ) -> Markup {
        func link(_ offset: Int, _ words: String) -> Markup {
            guard let place = order.firstIndex(of: name), order.indices.contains(place + offset)
            else { return "<span>\(words)</span>" }
            return "<a href=\"\(address(order[place + offset], beside: other))\">\(words)</a>"
        }
        let title = site.parts.vocabulary.measure(metric).title
        let options = others.filter { $0.run != run }.map { item -> Markup in
            let isChosen: Markup = item.run == other ? " selected" : ""
            return """
                <option value="\(item.run)"\(isChosen)>run \(item.run), \(title) \
                \(Words.share(item.value))</option>
                """
        }
        func option(_ value: String, _ words: String, _ isChosen: Bool) -> Markup {
            let chosen: Markup = isChosen ? " selected" : ""
            return "<option value=\"\(value)\"\(chosen)>\(words)</option>"
        }
        let back = parameters.with("image", nil).with("show", nil).query
        return """
            <p><a href="/runs/\(run)">Run \(run)</a> · <a href="/runs/\(run)/images\(back)">its test \
            images</a></p>
            <nav class="pages" aria-label="Images">\(link(-1, "lower \(title)")) \
            \(link(1, "higher \(title)"))</nav>
            <form class="filter" method="get" action="/runs/\(run)/image">
            <input type="hidden" name="image" value="\(name)">
            <label>Beside <select name="beside"><option value="">no other run</option>
            \(options)</select></label>
            <label>Show <select name="show">\
            \(option("outlines", "outlines", parameters.shown == .outlines))\
            \(option("error", "distance of the error", parameters.shown == .error))</select></label>
            <label>Weights <select name="weights">\(option("best", "best", weights == .best))\
            \(option("last", "last", weights == .last))</select></label>
            <button>Show</button>
            </form>
            """
    }

    private func pictures(
        _ name: String, _ runs: [RunID], _ values: [[String: Double]], _ metric: String
    ) -> Markup {
        let title = site.parts.vocabulary.measure(metric).title
        let origins = runs.map { site.maskOrigin(of: $0, weights: weights) }
        let sides = zip(runs, zip(values, origins)).map { run, item -> Markup in
            let (values, origin) = item
            let words = "Run \(run): \(title) \(Words.share(values[metric]))"
            guard origin.structures != nil else {
                return """
                    <div class="side"><p class="whose">\(words)</p>
                    <p>The picture is not shown: \(origin.sentence).</p></div>
                    """
            }
            let source = ImageAddress.picture(
                run, name, weights: weights, show: parameters.shown, isLarge: true)
            return """
                <div class="side"><p class="whose">\(words)</p>
                <img src="\(source)" alt="\(name) with the masks of run \(run), \(title) \
                \(Words.share(values[metric]))" width="512" height="512"></div>
                """
        }
        let drawn = zip(runs, origins).filter { $1.structures != nil }
        let controls: Markup = drawn.count == 2 ? Self.controls(runs) : .empty
        let legend =
            drawn.first.map { _, origin -> String in
                parameters.shown == .error
                    ? Self.errorLegend : PicturePanel.legend(of: origin.structures ?? [])
            } ?? ""
        let from = drawn.map { run, origin -> Markup in
            "<li>The masks of run \(run) are \(origin.sentence).</li>"
        }
        return """
            <figure class="pair" data-view="side">
            \(controls)
            <div class="stage">
            \(sides)
            </div>
            </figure>
            <p>\(legend)</p>
            <ul>
            \(from)
            </ul>
            """
    }

    /// What the colours of the error mean.
    static let errorLegend =
        "Orange where the prediction is too much, blue where it lacks, the brighter the farther from "
        + "the target's outline."

    /// How two pictures are laid over each other: only with a script, so they are hidden until it runs.
    private static func controls(_ runs: [RunID]) -> Markup {
        func view(_ name: String, _ words: String) -> Markup {
            let checked: Markup = name == "side" ? " checked" : ""
            return """
                <label><input type="radio" name="view" value="\(name)"\(checked)> \(words)</label>
                """
        }
        return """
            <div class="filter controls" hidden>
            <fieldset><legend>Two runs</legend>
            \(view("side", "side by side")) \(view("blink", "blink")) \(view("swipe", "swipe"))
            </fieldset>
            <span data-for="blink" hidden><button type="button" data-act="turn" \
            aria-keyshortcuts="b">Turn to the other run (b)</button>
            <button type="button" data-act="self" aria-pressed="false">Turn every second</button></span>
            <label data-for="swipe" hidden>Run \(runs[0]) <input type="range" min="0" max="100" \
            value="50" step="1" aria-label="Where run \(runs[0]) ends and run \(runs[1]) begins, percent \
            of the width"> run \(runs[1])</label>
            <output class="hidden"></output>
            </div>
            """
    }

    private func measured(_ runs: [RunID], _ values: [[String: Double]]) -> Markup {
        let vocabulary = site.parts.vocabulary
        let known = vocabulary.measures.map(\.name)
        let names = Set(values.flatMap(\.keys)).sorted { a, b in
            (known.firstIndex(of: a) ?? .max, a) < (known.firstIndex(of: b) ?? .max, b)
        }
        let rows = names.map { name -> [Markup] in
            let own = values.map { $0[name] }
            let cells = own.map { "\(Words.measure($0))" as Markup }
            guard own.count == 2 else { return ["\(name)"] + cells }
            let difference = own[0].flatMap { first in own[1].map { $0 - first } }
            return ["\(name)"] + cells + ["\(Words.signed(difference))"]
        }
        var columns =
            [DataTable.Column("Metric")] + runs.map { .init("run \($0)", isNumber: true) }
        if runs.count == 2 { columns.append(.init("\(runs[1]) − \(runs[0])", isNumber: true)) }
        return """
            <h2>What was measured</h2>
            \(DataTable(caption: "Metrics of this image", columns: columns, rows: rows).markup)
            """
    }
}
