public import RunStore

/// Curves of runs as a page shows them: any number of runs, smoothed, zoomed, on either scale.
public struct CurveFigure: Sendable {
    /// The values of one run.
    public struct Curve: Sendable {
        /// Name of the line.
        public let name: String
        /// Its points, by epoch.
        public let points: [ReportCurvePoint]
        /// Whether no line is drawn through them.
        public let isPoints: Bool

        /// Names the points.
        public init(name: String, points: [ReportCurvePoint], isPoints: Bool = false) {
            self.name = name
            self.points = points
            self.isPoints = isPoints
        }
    }

    /// One panel.
    public struct Panel: Sendable {
        /// What the values are, such as `validation dice`.
        public let title: String
        /// One line a run.
        public let curves: [Curve]

        /// Names the curves.
        public init(title: String, curves: [Curve]) {
            self.title = title
            self.curves = curves
        }
    }

    /// What is drawn.
    public let panels: [Panel]
    /// Weight of what came before in the moving average, 0 (none) to below 1.
    public var smoothing = 0.0
    /// Whether the vertical scale is logarithmic.
    public var isLogarithmic = false
    /// What the points are numbered by.
    public var xLabel = "epoch"
    /// The epochs that are shown; nil for all.
    public var epochs: ClosedRange<Int>?

    /// More names than these would hide the lines.
    static let mostNames = 16
    /// A line has as many points as its panel has room for, twice over.
    static let mostPoints = 660

    /// Curves in panels.
    public init(panels: [Panel]) { self.panels = panels }

    /// Names of the lines, in the order of their styles.
    private var names: [String] {
        var seen: Set<String> = []
        return panels.flatMap(\.curves).map(\.name).filter { seen.insert($0).inserted }
    }

    /// One picture a panel, with notes by which a script finds the values.
    public func svgs() -> [String] {
        let styles = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return panels.map { panel in
            var chart = LineChart(
                title: "\(panel.title) by \(xLabel)", xLabel: xLabel, yLabel: "", names: names,
                panels: [
                    LineChart.Panel(
                        title: panel.title,
                        series: panel.curves.flatMap { series($0, style: styles[$0.name] ?? 0) })
                ])
            chart.isLogarithmic = isLogarithmic
            chart.window = epochs.map { Double($0.lowerBound)...Double($0.upperBound) }
            chart.isInteractive = true
            chart.hasLegend = false
            chart.marksEveryPoint = panel.curves.contains(where: \.isPoints)
            return chart.svg()
        }
    }

    private func series(_ curve: Curve, style: Int) -> [LineChart.Series] {
        let points = shown(curve.points).map {
            LineChart.Point(x: Double($0.epoch), y: $0.value, sd: nil)
        }
        return curve.isPoints
            ? points.map { LineChart.Series(style: style, points: [$0]) }
            : [LineChart.Series(style: style, points: points)]
    }

    /// The names with a drawing of each line; none where they are too many to be told apart.
    public func legend() -> [(name: String, svg: String)] {
        guard names.count <= Self.mostNames else { return [] }
        let points = Set(panels.flatMap(\.curves).filter(\.isPoints).map(\.name))
        return names.enumerated().map { index, name in
            let style = ChartStyle(index)
            var svg = SVG(width: 30, height: 12)
            if !points.contains(name) {
                svg.path([(0, 6), (30, 6)], stroke: style.colour, dash: style.dash)
            }
            svg.marker(style.marker, x: 15, y: 6, radius: 3.4, fill: style.colour)
            return (name, svg.document(title: "line of \(name)"))
        }
    }

    /// The points that are drawn: smoothed over all, then the window, then thinned.
    public func shown(_ points: [ReportCurvePoint]) -> [ReportCurvePoint] {
        var points = points.filter(\.value.isFinite)
        if isLogarithmic { points.removeAll { $0.value <= 0 } }
        points = Self.smoothed(points, by: smoothing)
        if let epochs { points.removeAll { !epochs.contains($0.epoch) } }
        return Self.thinned(points)
    }

    /// The exponential moving average, corrected for its beginning (Kingma and Ba 2015, section 3).
    static func smoothed(_ points: [ReportCurvePoint], by weight: Double) -> [ReportCurvePoint] {
        guard weight > 0, weight < 1 else { return points }
        var average = 0.0, sum = 0.0
        return points.map { point in
            average = weight * average + (1 - weight) * point.value
            sum = weight * sum + (1 - weight)
            return ReportCurvePoint(epoch: point.epoch, value: average / sum)
        }
    }

    /// The lowest and highest point of each stretch, so that no peak is lost.
    static func thinned(_ points: [ReportCurvePoint]) -> [ReportCurvePoint] {
        guard points.count > mostPoints else { return points }
        let stretches = mostPoints / 2
        return (0..<stretches).flatMap { index -> [ReportCurvePoint] in
            let part = points[
                points.count * index / stretches..<points.count * (index + 1) / stretches]
            guard let low = part.min(by: { $0.value < $1.value }),
                let high = part.max(by: { $0.value < $1.value })
            else { return [] }
            return low.epoch == high.epoch
                ? [low] : [low, high].sorted { $0.epoch < $1.epoch }
        }
    }
}
