internal import Statistics

/// What two runs measured of one image, and where its mark leads.
struct ImagePair {
    let value: Double
    let reference: Double
    var link: SVG.Link?
}

/// One comparison of two runs, image by image.
struct ImagePairs {
    let title: String
    let pairs: [ImagePair]
}

/// Panels of paired differences against their mean (Bland and Altman 1986), with the mean
/// difference and the limits of agreement, mean ± 1.96 standard deviations.
struct BlandAltmanChart {
    let title: String
    let xLabel: String
    let yLabel: String
    let panels: [ImagePairs]

    func svg() -> String {
        var sheet = ChartSheet(panels: panels.count, names: [])
        sheet.panelWidth = 300
        // The levels stand right of a panel.
        sheet.gap = 128
        var svg = SVG(width: sheet.width + 50, height: sheet.height)
        for (index, panel) in panels.enumerated() {
            draw(panel, in: sheet.frame(index), into: &svg)
        }
        return svg.document(title: title)
    }

    private func draw(_ panel: ImagePairs, in frame: ChartFrame, into svg: inout SVG) {
        let means = panel.pairs.map { ($0.value + $0.reference) / 2 }
        let differences = panel.pairs.map { $0.value - $0.reference }
        guard let summary = Summary(differences) else { return }
        let reach = 1.96 * (summary.sd ?? 0)
        let horizontal = ChartScale(covering: means, count: 4)
        let vertical = ChartScale(
            covering: differences + [summary.mean - reach, summary.mean + reach, 0])
        frame.draw(
            into: &svg, title: panel.title, horizontal: horizontal, vertical: vertical,
            xLabel: xLabel, yLabel: yLabel)
        let zero = frame.position(y: 0, vertical)
        svg.line(frame.x, zero, frame.x + frame.width, zero, stroke: "#777")
        for (pair, (mean, difference)) in zip(panel.pairs, zip(means, differences)) {
            svg.marker(
                0, x: frame.position(x: mean, horizontal),
                y: frame.position(y: difference, vertical), radius: 2.6,
                fill: ChartStyle.colours[0], link: pair.link)
        }
        let lines: [(level: Double, dash: String?)] = [
            (summary.mean, nil), (summary.mean - reach, "6 3"), (summary.mean + reach, "6 3"),
        ]
        for line in lines {
            let y = frame.position(y: line.level, vertical)
            svg.line(
                frame.x, y, frame.x + frame.width, y, stroke: ChartStyle.colours[1], width: 1.4,
                dash: line.dash)
            svg.text(
                NumberFormat.signed(line.level, decimals: 3), x: frame.x + frame.width + 4,
                y: y + 4, fill: ChartStyle.colours[1])
        }
    }
}
