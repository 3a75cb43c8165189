/// The place of one panel on the sheet and what its sides say.
struct ChartFrame {
    let x: Double
    let y: Double
    let width: Double
    let height: Double

    /// Draws grid lines, tick labels, side labels and the panel's title.
    func draw(
        into svg: inout SVG, title: String, horizontal: ChartScale?, vertical: ChartScale,
        xLabel: String, yLabel: String
    ) {
        for tick in vertical.ticks {
            let level = position(y: tick, vertical)
            svg.line(x, level, x + width, level, stroke: "#e4e4e4")
            svg.text(vertical.label(tick), x: x - 6, y: level + 3.8, anchor: .end)
        }
        if let horizontal {
            for tick in horizontal.ticks {
                let place = position(x: tick, horizontal)
                svg.line(place, y + height, place, y + height + 4, stroke: "#777")
                svg.text(horizontal.label(tick), x: place, y: y + height + 16, anchor: .middle)
            }
        }
        svg.line(x, y + height, x + width, y + height, stroke: "#777")
        svg.line(x, y, x, y + height, stroke: "#777")
        drawBreaks(into: &svg, horizontal: horizontal, vertical: vertical)
        svg.text(title, x: x, y: y - 10, size: 12, weight: "bold")
        svg.text(xLabel, x: x + width / 2, y: y + height + 32, anchor: .middle)
        let widest = vertical.ticks.map { ChartSheet.width(vertical.label($0)) }.max() ?? 0
        svg.text(
            yLabel, x: x - max(42, widest + 18), y: y + height / 2, anchor: .middle, rotated: true)
    }

    /// Two strokes across a side that does not begin at 0, so that nobody reads lengths off it. Epochs
    /// begin at 1.
    private func drawBreaks(
        into svg: inout SVG, horizontal: ChartScale?, vertical: ChartScale
    ) {
        if vertical.kind == .linear, vertical.low > 0 || vertical.high < 0 {
            for level in [y + height - 7, y + height - 11] {
                svg.line(x - 4, level + 2, x + 4, level - 2, stroke: "#777")
            }
        }
        if let horizontal, horizontal.kind == .linear, horizontal.low > 1 || horizontal.high < 0 {
            for place in [x + 7, x + 11] {
                svg.line(place - 2, y + height + 4, place + 2, y + height - 4, stroke: "#777")
            }
        }
    }

    func position(x value: Double, _ scale: ChartScale) -> Double {
        x + width * scale.fraction(value)
    }

    /// Clamped to the panel's height.
    func position(y value: Double, _ scale: ChartScale) -> Double {
        y + height * (1 - min(max(scale.fraction(value), 0), 1))
    }

    /// Also above and below the panel, for what is drawn clipped.
    func freePosition(y value: Double, _ scale: ChartScale) -> Double {
        y + height * (1 - min(max(scale.fraction(value), -2), 3))
    }
}

/// Panels side by side, two a row, with one legend below all of them.
struct ChartSheet {
    let panels: Int
    let names: [String]
    /// Width of a panel's drawing area.
    var panelWidth = 330.0
    var panelHeight = 210.0
    /// Room below a panel for its labels.
    var foot = 48.0

    /// Room between two panels of a row.
    var gap = 84.0

    private let left = 62.0, top = 34.0, right = 18.0

    private var columns: Int { min(2, max(1, panels)) }
    private var rows: Int { (max(1, panels) + columns - 1) / columns }
    private var legend: (lines: [[(name: String, index: Int)]], height: Double) {
        var lines: [[(name: String, index: Int)]] = []
        var used = Double.infinity
        for (index, name) in names.enumerated() where !name.isEmpty {
            let room = Self.width(name) + 52
            if used + room > width - left {
                lines.append([])
                used = 0
            }
            lines[lines.count - 1].append((name, index))
            used += room
        }
        return (lines, lines.isEmpty ? 0 : Double(lines.count) * 18 + 8)
    }

    /// Width of the sheet: that of its panels, or of the longest name in the legend.
    var width: Double {
        let panels = Double(columns) * panelWidth + Double(columns - 1) * gap
        let longest = names.map { Self.width($0) + 52 }.max() ?? 0
        return left + max(panels, longest) + right
    }
    /// Height of the sheet.
    var height: Double { Double(rows) * (top + panelHeight + foot) + legend.height }

    /// The place of the panel at `index`.
    func frame(_ index: Int) -> ChartFrame {
        ChartFrame(
            x: left + Double(index % columns) * (panelWidth + gap),
            y: top + Double(index / columns) * (top + panelHeight + foot), width: panelWidth,
            height: panelHeight)
    }

    /// Draws the legend; `isLine` shows strokes with their markers, else filled boxes.
    func drawLegend(into svg: inout SVG, isLine: Bool = true) {
        var y = height - legend.height + 10
        for line in legend.lines {
            var x = left
            for (name, index) in line {
                let style = ChartStyle(index)
                if isLine {
                    svg.path([(x, y), (x + 30, y)], stroke: style.colour, dash: style.dash)
                    svg.marker(style.marker, x: x + 15, y: y, radius: 3.4, fill: style.colour)
                } else {
                    svg.rectangle(x + 8, y - 5, 14, 10, fill: style.colour)
                }
                svg.text(name, x: x + 36, y: y + 4)
                x += Self.width(name) + 52
            }
            y += 18
        }
    }

    /// Rough width of a text at 11 units.
    static func width(_ text: String) -> Double { Double(text.count) * 6.1 }
}
