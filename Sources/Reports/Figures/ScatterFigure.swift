/// Points of two columns.
public struct ScatterFigure: Sendable {
    private let chart: LineChart

    /// Points `(x, y)`; those that are not finite are left out.
    public init(xLabel: String, yLabel: String, points: [(Double, Double)]) {
        let shown = points.filter { $0.0.isFinite && $0.1.isFinite }
        var chart = LineChart(
            title: "\(yLabel) by \(xLabel)", xLabel: xLabel, yLabel: yLabel, names: [""],
            panels: [
                LineChart.Panel(
                    title: "",
                    series: shown.map { x, y in
                        LineChart.Series(style: 0, points: [.init(x: x, y: y, sd: nil)])
                    })
            ])
        chart.marksEveryPoint = true
        chart.hasLegend = false
        self.chart = chart
    }

    /// The picture.
    public func svg() -> String { chart.svg() }
}
