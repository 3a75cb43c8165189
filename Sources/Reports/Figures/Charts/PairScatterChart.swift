/// Panels of what two runs measured of the same images: the reference along the horizontal side, the
/// other along the vertical one, with the line on which both are the same.
struct PairScatterChart {
    let title: String
    /// What was measured.
    let measure: String
    let reference: String
    let panels: [ImagePairs]
    var bounds: ClosedRange<Double>?

    func svg() -> String {
        var sheet = ChartSheet(panels: panels.count, names: [])
        (sheet.panelWidth, sheet.panelHeight) = (240, 240)
        var svg = SVG(width: sheet.width, height: sheet.height)
        for (index, panel) in panels.enumerated() {
            draw(panel, in: sheet.frame(index), into: &svg)
        }
        return svg.document(title: title)
    }

    private func draw(_ panel: ImagePairs, in frame: ChartFrame, into svg: inout SVG) {
        // One scale for both sides, so that the line of equal values is the diagonal.
        let scale = ChartScale(
            covering: panel.pairs.flatMap { [$0.value, $0.reference] }, bounds: bounds, count: 4)
        frame.draw(
            into: &svg, title: "", horizontal: scale, vertical: scale,
            xLabel: "\(measure) of \(reference)", yLabel: "\(measure) of \(panel.title)")
        svg.line(
            frame.x, frame.y + frame.height, frame.x + frame.width, frame.y, stroke: "#777",
            dash: "6 3")
        for pair in panel.pairs {
            svg.marker(
                0, x: frame.position(x: pair.reference, scale),
                y: frame.position(y: pair.value, scale), radius: 2.6, fill: ChartStyle.colours[0],
                link: pair.link)
        }
    }
}
