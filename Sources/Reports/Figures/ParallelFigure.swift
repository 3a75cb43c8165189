/// Parallel coordinates: one axis a setting, the result last, one line a run.
///
/// The best tenth of the runs is drawn last, in colour and broad; runs without a result are left out.
public struct ParallelFigure: Sendable {
    /// One run: its settings as text, in the order of the axes, and its result.
    public struct Line: Sendable {
        let settings: [String]
        let result: Double

        /// Names the values.
        public init(settings: [String], result: Double) {
            self.settings = settings
            self.result = result
        }
    }

    private let axes: [String]
    private let resultName: String
    private let lines: [Line]

    /// Lines over `axes`; a line that has not a value for each is left out.
    public init(axes: [String], result: String, lines: [Line]) {
        self.axes = axes
        resultName = result
        self.lines = lines.filter { $0.settings.count == axes.count && $0.result.isFinite }
            .sorted { $0.result < $1.result }
    }

    /// Where a text stands on an axis: by its number, or by its place among the words.
    private struct Axis {
        let scale: ChartScale?
        let words: [String]

        init(_ texts: [String]) {
            let numbers = texts.compactMap { Double($0) }.filter(\.isFinite)
            let distinct = Set(texts)
            guard numbers.count == texts.count, distinct.count > 2 else {
                scale = nil
                words = distinct.sorted { a, b in
                    guard let x = Double(a), let y = Double(b) else { return a < b }
                    return x < y
                }
                return
            }
            let low = numbers.min() ?? 0, high = numbers.max() ?? 1
            // Learning rates and the like spread over decades.
            scale =
                low > 0 && high / low > 30
                ? ChartScale(decadesCovering: numbers) : ChartScale(covering: numbers)
            words = []
        }

        func fraction(_ text: String) -> Double {
            if let scale { return scale.fraction(Double(text) ?? 0) }
            guard words.count > 1, let place = words.firstIndex(of: text) else { return 0.5 }
            return (Double(place) + 0.5) / Double(words.count)
        }

        var labels: [(text: String, fraction: Double)] {
            if let scale { return scale.ticks.map { (scale.label($0), scale.fraction($0)) } }
            return words.count > 12 ? [] : words.map { ($0, fraction($0)) }
        }
    }

    /// The picture.
    public func svg() -> String {
        let step = 118.0, left = 70.0, top = 46.0, height = 230.0
        let columns = axes.indices.map { index in Axis(lines.map { $0.settings[index] }) }
        let result = ChartScale(covering: lines.map(\.result))
        let width = left + step * Double(axes.count) + 60
        var svg = SVG(width: width, height: top + height + 24)
        func x(_ index: Int) -> Double { left + step * Double(index) }
        func y(_ fraction: Double) -> Double { top + height * (1 - min(max(fraction, 0), 1)) }
        let best = lines.count - max(1, lines.count / 10)
        for (index, line) in lines.enumerated() {
            var points = zip(columns, line.settings).enumerated().map { place, pair in
                (x: x(place), y: y(pair.0.fraction(pair.1)))
            }
            points.append((x: x(axes.count), y: y(result.fraction(line.result))))
            svg.path(
                points, stroke: index < best ? "#9aa5ad" : ChartStyle(0).colour,
                width: index < best ? 1 : 2.4)
        }
        for (index, name) in (axes + [resultName]).enumerated() {
            svg.line(x(index), top, x(index), top + height, stroke: "#777")
            // Every other name stands higher, so that long ones do not meet.
            svg.text(
                name, x: x(index), y: index % 2 == 0 ? top - 12 : top - 28, anchor: .middle,
                weight: "bold")
            let labels =
                index < axes.count
                ? columns[index].labels
                : result.ticks.map { (text: result.label($0), fraction: result.fraction($0)) }
            for label in labels {
                svg.line(
                    x(index) - 3, y(label.fraction), x(index) + 3, y(label.fraction), stroke: "#777"
                )
                let text = label.text.count > 14 ? label.text.prefix(13) + "…" : label.text[...]
                svg.text(String(text), x: x(index) - 6, y: y(label.fraction) + 3.8, anchor: .end)
            }
        }
        return svg.document(title: "\(resultName) by \(axes.joined(separator: ", "))")
    }
}
