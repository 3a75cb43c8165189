internal import Domain
internal import Foundation

/// Panels of confusion matrices: rows are the images' classes, columns the classes told.
struct ConfusionChart {
    /// One panel; `counts[target][predicted]`.
    struct Panel {
        let title: String
        let classes: [String]
        let counts: [[Int]]
    }

    let title: String
    let panels: [Panel]

    func svg() -> String {
        let names = panels.flatMap(\.classes).map(ChartSheet.width).max() ?? 40
        let side = max(56, names + 8)
        let most = Double(panels.map(\.classes.count).max() ?? 2)
        let widest = panels.map { ChartSheet.width($0.title) * 1.1 }.max() ?? 0
        let cell = max(names + 34 + side * most + 24, widest + 24)
        let columns = min(3, max(1, panels.count))
        let rows = (panels.count + columns - 1) / columns
        let height = 56 + side * most + 44
        var svg = SVG(width: cell * Double(columns) + 10, height: height * Double(rows))
        for (index, panel) in panels.enumerated() {
            draw(
                panel, x: cell * Double(index % columns) + names + 34,
                y: height * Double(index / columns) + 40, left: cell * Double(index % columns) + 14,
                side: side, into: &svg)
        }
        return svg.document(title: title)
    }

    private func draw(
        _ panel: Panel, x: Double, y: Double, left: Double, side: Double, into svg: inout SVG
    ) {
        svg.text(panel.title, x: left, y: y - 22, size: 12, weight: "bold")
        let n = panel.classes.count
        for target in 0..<n {
            let total = max(1, panel.counts[target].reduce(0) { $0 + Double($1) })
            for predicted in 0..<n {
                let count = panel.counts[target][predicted]
                let share = Double(count) / total
                let place = (x: x + Double(predicted) * side, y: y + Double(target) * side)
                svg.rectangle(
                    place.x, place.y, side, side, fill: Self.shade(share), stroke: "#fff",
                    strokeWidth: 2)
                let ink = share > 0.55 ? "#fff" : "#222"
                svg.text(
                    String(count), x: place.x + side / 2, y: place.y + side / 2,
                    anchor: .middle, size: 14, weight: "bold", fill: ink)
                svg.text(
                    NumberFormat.plain(share * 100, decimals: 0) + " %", x: place.x + side / 2,
                    y: place.y + side / 2 + 15, anchor: .middle, fill: ink)
            }
            svg.text(
                panel.classes[target], x: x - 8, y: y + (Double(target) + 0.5) * side + 4,
                anchor: .end)
            svg.text(
                panel.classes[target], x: x + (Double(target) + 0.5) * side,
                y: y + Double(n) * side + 15, anchor: .middle)
        }
        svg.text("target", x: x - 8, y: y - 6, anchor: .end, fill: "#666")
        svg.text(
            "predicted", x: x + Double(n) * side / 2, y: y + Double(n) * side + 31,
            anchor: .middle, fill: "#666")
    }

    /// From white to a dark blue: one hue, so that gray prints keep the order.
    private static func shade(_ share: Double) -> String {
        func mix(_ from: Double, _ to: Double) -> Int {
            Int(nearest: from + (to - from) * share)
        }
        return String(format: "#%02x%02x%02x", mix(240, 0), mix(244, 73), mix(248, 120))
    }
}
