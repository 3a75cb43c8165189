internal import Statistics

/// Panels of box plots: median, quartiles, whiskers to the last value within 1.5 interquartile
/// ranges, and every value beyond them.
struct BoxChart {
    /// One of a box's values, and where its dot leads.
    struct Value {
        let value: Double
        var link: SVG.Link?
    }

    /// One box.
    struct Box {
        let name: String
        let values: [Value]
    }

    /// One panel.
    struct Panel {
        let title: String
        let boxes: [Box]
    }

    let title: String
    let yLabel: String
    let panels: [Panel]
    var bounds: ClosedRange<Double>?

    /// How the boxes' names stand: the same in every panel.
    private enum Labels {
        case lines, slanted
        /// Numbers, which the legend explains.
        case numbers
    }

    /// Longer slanted names would take more room than the boxes.
    private static let longestSlanted = 30

    func svg() -> String {
        let names = panels.flatMap(\.boxes).map(\.name)
        let most = Double(panels.map(\.boxes.count).max() ?? 1)
        let slot = ChartSheet(panels: 1, names: []).panelWidth / max(1, most)
        let parts = names.flatMap(Self.lines)
        let fits = parts.allSatisfy { ChartSheet.width($0) < slot - 4 }
        let longest = names.map(\.count).max() ?? 0
        let labels: Labels =
            fits ? .lines : longest <= Self.longestSlanted ? .slanted : .numbers
        let foot =
            switch labels {
            case .lines: 30 + Double(names.map { Self.lines($0).count }.max() ?? 1) * 13
            case .slanted: Double(longest) * 4.2 + 36
            case .numbers: 48.0
            }
        // A method keeps its place, and so its colour and number, where another panel lacks one.
        var places: [String: Int] = [:]
        var legend: [String] = []
        for name in names where places[name] == nil {
            places[name] = places.count
            if labels == .numbers { legend.append("\(places.count): \(name)") }
        }
        let sheet = ChartSheet(panels: panels.count, names: legend, foot: max(48, foot))
        var svg = SVG(width: sheet.width, height: sheet.height)
        for (index, panel) in panels.enumerated() {
            draw(panel, in: sheet.frame(index), labels, places, into: &svg)
        }
        sheet.drawLegend(into: &svg, isLine: false)
        return svg.document(title: title)
    }

    private static func lines(_ name: String) -> [String] {
        name.split(separator: ",").map { part in
            String(part.first == " " ? part.dropFirst() : part)
        }
    }

    private func draw(
        _ panel: Panel, in frame: ChartFrame, _ labels: Labels, _ places: [String: Int],
        into svg: inout SVG
    ) {
        let vertical = ChartScale(
            covering: panel.boxes.flatMap { $0.values.map(\.value) }, bounds: bounds)
        frame.draw(
            into: &svg, title: panel.title, horizontal: nil, vertical: vertical, xLabel: "",
            yLabel: yLabel)
        let slot = frame.width / Double(max(1, panel.boxes.count))
        for (index, box) in panel.boxes.enumerated() {
            let centre = frame.x + slot * (Double(index) + 0.5)
            let half = min(18, slot * 0.32)
            let place = places[box.name] ?? 0
            let colour = ChartStyle.colours[place % ChartStyle.colours.count]
            draw(box, centre: centre, half: half, colour: colour, frame, vertical, into: &svg)
            let below = frame.y + frame.height
            switch labels {
            case .lines:
                for (line, text) in Self.lines(box.name).enumerated() {
                    svg.text(
                        text, x: centre, y: below + 16 + 13 * Double(line), anchor: .middle)
                }
            case .slanted: svg.slanted(box.name, x: centre + 4, y: below + 14)
            case .numbers: svg.text("\(place + 1)", x: centre, y: below + 16, anchor: .middle)
            }
        }
    }

    private func draw(
        _ box: Box, centre: Double, half: Double, colour: String, _ frame: ChartFrame,
        _ scale: ChartScale, into svg: inout SVG
    ) {
        let values = box.values.sorted { $0.value < $1.value }
        let sorted = values.map(\.value)
        guard !sorted.isEmpty else { return }
        let q1 = Summary.quantile(sorted: sorted, 0.25), q3 = Summary.quantile(sorted: sorted, 0.75)
        let reach = 1.5 * (q3 - q1)
        let inside = sorted.filter { $0 >= q1 - reach && $0 <= q3 + reach }
        func level(_ value: Double) -> Double { frame.position(y: value, scale) }
        let top = level(q3), bottom = level(q1)
        if let low = inside.first, let high = inside.last {
            svg.line(centre, bottom, centre, level(low), stroke: colour)
            svg.line(centre, top, centre, level(high), stroke: colour)
            for end in [low, high] {
                svg.line(
                    centre - half / 2, level(end), centre + half / 2, level(end), stroke: colour)
            }
        }
        svg.rectangle(
            centre - half, top, half * 2, max(bottom - top, 0.5), fill: colour, stroke: colour,
            strokeWidth: 1.6, fillOpacity: 0.12)
        let median = level(Summary.quantile(sorted: sorted, 0.5))
        svg.line(centre - half, median, centre + half, median, stroke: colour, width: 2.6)
        for dot in values where dot.value < q1 - reach || dot.value > q3 + reach {
            svg.marker(
                0, x: centre, y: level(dot.value), radius: 1.9, fill: colour, link: dot.link)
        }
    }
}
