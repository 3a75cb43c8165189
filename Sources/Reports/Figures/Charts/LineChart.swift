internal import Statistics

/// Panels of lines with bands of one standard deviation.
struct LineChart {
    /// One point of a line.
    struct Point {
        let x: Double
        let y: Double
        /// Half the height of the band; nil draws none.
        let sd: Double?
    }

    /// One line; `style` indexes the names of the chart.
    struct Series {
        let style: Int
        let points: [Point]
    }

    /// One panel.
    struct Panel {
        let title: String
        let series: [Series]
        /// Panels of one group have the same vertical scale; nil has its own.
        var group: String?
    }

    let title: String
    let xLabel: String
    let yLabel: String
    /// Names of the lines, by style; an empty one is not used.
    let names: [String]
    let panels: [Panel]
    /// Values that the vertical scale never exceeds.
    var bounds: ClosedRange<Double>?
    /// Ticks at these places on a logarithmic scale; nil for a linear one.
    var logarithmicTicks: [Double]?
    /// Draws a marker at every point; otherwise at a few.
    var marksEveryPoint = false
    /// Logarithmic vertical scale, for positive values.
    var isLogarithmic = false
    /// The part of the horizontal scale that is shown; nil for all.
    var window: ClosedRange<Double>?
    /// Writes down where panels and lines lie, for a script that reads values off them.
    var isInteractive = false
    /// Whether the names stand below the panels.
    var hasLegend = true

    func svg() -> String {
        let sheet = ChartSheet(panels: panels.count, names: hasLegend ? names : [])
        var svg = SVG(width: sheet.width, height: sheet.height)
        for (index, panel) in panels.enumerated() {
            draw(panel, in: sheet.frame(index), into: &svg)
        }
        sheet.drawLegend(into: &svg)
        return svg.document(title: title)
    }

    private func draw(_ panel: Panel, in frame: ChartFrame, into svg: inout SVG) {
        let points = panel.series.flatMap(\.points)
        let horizontal =
            logarithmicTicks.map { ChartScale(logarithmicAt: $0) }
            ?? window.map { ChartScale(covering: [$0.lowerBound, $0.upperBound], bounds: $0) }
            ?? ChartScale(
                covering: points.map(\.x), bounds: (points.map(\.x).min() ?? 0)...Double.infinity)
        let group = panels.filter { $0.group != nil && $0.group == panel.group }
        let shown = group.isEmpty ? heights(of: panel) : group.flatMap(heights)
        let vertical =
            isLogarithmic
            ? ChartScale(decadesCovering: shown) : ChartScale(covering: shown, bounds: bounds)
        if isInteractive { svg.note(frame, horizontal, vertical) }
        frame.draw(
            into: &svg, title: panel.title, horizontal: horizontal, vertical: vertical,
            xLabel: xLabel, yLabel: yLabel)
        func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
            (frame.position(x: x, horizontal), frame.freePosition(y: y, vertical))
        }
        let inside = (frame.y - 0.5)...(frame.y + frame.height + 0.5)
        svg.beginClip(frame.x, frame.y - 2, frame.width + 2, frame.height + 4)
        for series in panel.series {
            let banded = series.points.filter { $0.sd != nil }
            let upper = banded.map { place($0.x, $0.y + ($0.sd ?? 0)) }
            let lower = banded.map { place($0.x, $0.y - ($0.sd ?? 0)) }
            svg.area(upper + lower.reversed(), fill: ChartStyle(series.style).colour, opacity: 0.15)
        }
        let lines = panel.series.map { series in series.points.map { place($0.x, $0.y) } }
        for (series, line) in zip(panel.series, lines) {
            let style = ChartStyle(series.style)
            svg.path(
                line, stroke: style.colour, dash: style.dash,
                name: isInteractive ? names[series.style] : nil)
        }
        svg.endClip()
        for (series, line) in zip(panel.series, lines) {
            let style = ChartStyle(series.style)
            // A handful of markers tells lines apart in gray without hiding them.
            let stride = marksEveryPoint ? 1 : max(1, line.count / 6)
            let offset = marksEveryPoint ? 0 : (series.style * stride / 3) % stride
            for (index, point) in line.enumerated()
            where index % stride == offset && inside.contains(point.y) {
                svg.marker(style.marker, x: point.x, y: point.y, radius: 3, fill: style.colour)
            }
        }
    }

    /// The values that the vertical scale must show: robust against a bad first few epochs.
    private func heights(of panel: Panel) -> [Double] {
        let points = panel.series.flatMap(\.points).filter { window?.contains($0.x) ?? true }
        let all = points.flatMap { [$0.y - ($0.sd ?? 0), $0.y + ($0.sd ?? 0)] }
        guard !marksEveryPoint, all.count > 60 else { return all }
        let low = Summary.quantile(all, 0.04) ?? 0, high = Summary.quantile(all, 0.96) ?? 1
        return all.map { min(max($0, low), high) }
    }
}
