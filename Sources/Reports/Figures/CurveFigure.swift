public import RunStore

/// Curves of runs as a page shows them: any number of runs, smoothed, zoomed, on either scale.
public struct CurveFigure: Sendable {
    /// The values of one run.
    public struct Curve: Sendable {
        /// Name of the line.
        public let name: String
        /// Its points, by epoch.
        public let points: [ReportCurvePoint]

        /// Names the points.
        public init(name: String, points: [ReportCurvePoint]) {
            self.name = name
            self.points = points
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
    /// The epochs that are shown; nil for all.
    public var epochs: ClosedRange<Int>?

    /// More names than these would hide the lines.
    static let mostNames = 16
    /// A line has as many points as its panel has room for, twice over.
    static let mostPoints = 660

    /// Curves in panels.
    public init(panels: [Panel]) { self.panels = panels }

    /// The picture, with notes by which a script finds the values.
    public func svg() -> String {
        var names: [String] = []
        for curve in panels.flatMap(\.curves) where !names.contains(curve.name) {
            names.append(curve.name)
        }
        let drawn = panels.map { panel in
            LineChart.Panel(
                title: panel.title,
                series: panel.curves.map { curve in
                    LineChart.Series(
                        style: names.firstIndex(of: curve.name) ?? 0,
                        points: shown(curve.points).map {
                            LineChart.Point(x: Double($0.epoch), y: $0.value, sd: nil)
                        })
                })
        }
        var chart = LineChart(
            title: panels.map(\.title).joined(separator: ", "), xLabel: "epoch", yLabel: "",
            names: names, panels: drawn)
        chart.isLogarithmic = isLogarithmic
        chart.window = epochs.map { Double($0.lowerBound)...Double($0.upperBound) }
        chart.isInteractive = true
        chart.hasLegend = names.count <= Self.mostNames
        return chart.svg()
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
