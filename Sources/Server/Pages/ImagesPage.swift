internal import Domain
internal import Foundation
internal import Reports
internal import RunStore

/// The test images of a run, worst first, with the outlines of target and prediction.
struct ImagesPage {
    let site: Site
    let run: RunID
    let parameters: HTTPRequest.Parameters

    private static let pageSize = 24

    func page() throws -> Page {
        let store = try site.store()
        try store.requireRuns([run])
        let metric = try parameters["metric"] ?? store.judging(run).name
        let weights = parameters.weights
        let worstFirst = parameters["order"] != "best"
        let images = try store.imageValues(
            of: run, metric: metric, weights: weights.rawValue, worstFirst: worstFirst)
        let number = max(1, min(parameters["page"].flatMap { Int($0) } ?? 1, 100_000))
        let shown = images.dropFirst((number - 1) * Self.pageSize).prefix(Self.pageSize)
        let other = parameters.beside
        var (legend, cards): (Markup, [Markup]) = (.empty, [])
        if !images.isEmpty {
            let origin = site.maskOrigin(of: run, weights: weights)
            legend = self.legend(origin, other)
            cards = shown.map { card($0, beside: other, isDrawn: origin.structures != nil) }
        }
        return Page(
            "Test images of run \(run)", area: .runs,
            sections: [
                .init(name: "choice", content: form(metric, weights, worstFirst)),
                .init(
                    name: "images",
                    content: images.isEmpty
                        ? "<p>This run has no \(metric) of test images.</p>"
                        : """
                        <p>\(images.count) test images, \(worstFirst ? "lowest" : "highest") \
                        \(metric) first. \(legend)</p>
                        <ul class="gallery">
                        \(cards)
                        </ul>
                        \(pages(number, of: images.count))
                        """),
            ])
    }

    private func legend(_ origin: Site.MaskOrigin, _ other: RunID?) -> Markup {
        guard let structures = origin.structures else {
            return "The pictures are not shown: \(origin.sentence)."
        }
        let beside: Markup =
            other.map {
                " Hold the pointer on a picture, or press it, to see run \($0) instead."
            } ?? ""
        return """
            \(PicturePanel.legend(of: structures)) Press a picture for the distance of the error: orange where the prediction is \
            too much, blue where it lacks; an image's name leads to its page.\(beside) The masks are \(origin.sentence).
            """
    }

    private func form(_ metric: String, _ weights: WeightsKind, _ worstFirst: Bool) -> Markup {
        func option(_ value: String, _ title: String, _ isChosen: Bool) -> Markup {
            let chosen: Markup = isChosen ? " selected" : ""
            return "<option value=\"\(value)\"\(chosen)>\(title)</option>"
        }
        return """
            <p><a href="/runs/\(run)">Run \(run)</a></p>
            <form class="filter" method="get" action="/runs/\(run)/images">
            <label>Metric <input name="metric" value="\(metric)" size="12"></label>
            <label>Weights <select name="weights">\(option("best", "best", weights == .best))\
            \(option("last", "last", weights == .last))</select></label>
            <label>First <select name="order">\(option("worst", "lowest", worstFirst))\
            \(option("best", "highest", !worstFirst))</select></label>
            <label>Beside run <input name="beside" value="\(parameters["beside"] ?? "")" size="5">\
            </label>
            <button>Show</button>
            </form>
            """
    }

    private func card(
        _ image: (image: String, value: Double), beside other: RunID?, isDrawn: Bool
    ) -> Markup {
        let weights = parameters.weights
        func source(_ run: RunID, _ shown: ImageAddress.Shown) -> String {
            ImageAddress.picture(run, image.image, weights: weights, show: shown)
        }
        let text = "\(image.image), \(Words.number(image.value))"
        let swap: Markup = other.map { " data-beside=\"\(source($0, .outlines))\"" } ?? ""
        let picture: Markup =
            !isDrawn
            ? .empty
            : """
            <button type="button" class="picture" data-error="\(source(run, .error))"\(swap) \
            aria-label="\(text): outlines; press for the error">\
            <img src="\(source(run, .outlines))" alt="\(text), outlines of target and prediction" \
            loading="lazy" width="256" height="256"></button>
            """
        return """
            <li id="image-\(PercentCode.encoded(image.image))">\(picture)<a class="name" \
            href="\(ImageAddress.page(run, image.image, beside: other, weights: weights))">\
            \(image.image)</a> \
            <span class="value">\(Words.share(image.value))</span></li>
            """
    }

    private func pages(_ number: Int, of count: Int) -> Markup {
        let last = (count + Self.pageSize - 1) / Self.pageSize
        guard last > 1 else { return .empty }
        func link(_ target: Int, _ word: String) -> Markup {
            guard (1...last).contains(target), target != number else {
                return "<span>\(word)</span>"
            }
            let query = parameters.with("page", String(target)).query
            return "<a href=\"/runs/\(run)/images\(query)\">\(word)</a>"
        }
        return """
            <nav class="pages" aria-label="Pages">\(link(number - 1, "before")) \
            <span>page \(number) of \(last)</span> \(link(number + 1, "next"))</nav>
            """
    }
}
