internal import Wording

/// Writes an SVG document piece by piece.
package struct SVG {
    /// Size in user units.
    let width: Double
    /// Size in user units.
    let height: Double
    private var body: [String] = []
    private var hasLinks = false

    /// Where a mark leads, and what it is to those who point at it or hear it.
    struct Link {
        let address: String
        let title: String
    }

    /// Where a text stands relative to its point.
    enum Anchor: String {
        case start, middle, end
    }

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// The whole document; `title` is read out by screen readers.
    func document(title: String) -> String {
        let size = "\(Self.number(width)) \(Self.number(height))"
        // The parts of an image are nobody's to reach.
        let role = hasLinks ? "role=\"group\" aria-label=\"\(Self.escape(title))\"" : "role=\"img\""
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" \
            width="\(Self.number(width))" height="\(Self.number(height))" \(role) \
            font-family="Helvetica, Arial, sans-serif" font-size="11" fill="#222">
            <title>\(Self.escape(title))</title>
            <rect width="100%" height="100%" fill="#fff"/>
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String = "#222",
        width: Double = 1, dash: String? = nil
    ) {
        body.append(
            "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
                + "y2=\"\(Self.number(y2))\" stroke=\"\(stroke)\" "
                + "stroke-width=\"\(Self.number(width))\"\(Self.dashed(dash))/>")
    }

    mutating func path(
        _ points: [(x: Double, y: Double)], stroke: String, width: Double = 1.6,
        dash: String? = nil, name: String? = nil
    ) {
        guard !points.isEmpty else { return }
        body.append(
            "<path d=\"\(Self.trace(points))\" fill=\"none\" stroke=\"\(stroke)\" "
                + "stroke-width=\"\(Self.number(width))\" stroke-linejoin=\"round\""
                + "\(Self.dashed(dash))"
                + "\(name.map { " data-name=\"\(Self.escape($0))\"" } ?? "")/>")
    }

    /// Notes the place and scales of a panel: left, top, width, height, then low and high end and
    /// the kind of the horizontal and of the vertical scale.
    mutating func note(_ frame: ChartFrame, _ horizontal: ChartScale, _ vertical: ChartScale) {
        let place = [frame.x, frame.y, frame.width, frame.height].map(Self.number)
        let scales = [horizontal, vertical].flatMap { scale in
            ["\(scale.low)", "\(scale.high)", scale.kind == .linear ? "linear" : "log"]
        }
        body.append("<g data-plot=\"\((place + scales).joined(separator: " "))\"/>")
    }

    mutating func area(_ points: [(x: Double, y: Double)], fill: String, opacity: Double) {
        guard points.count > 2 else { return }
        body.append(
            "<path d=\"\(Self.trace(points))Z\" fill=\"\(fill)\" "
                + "fill-opacity=\"\(Self.number(opacity))\" stroke=\"none\"/>")
    }

    /// Begins a part of which nothing outside the rectangle is shown. A nested `svg` clips without
    /// an id, so that several charts fit into one page.
    mutating func beginClip(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
        let (x, y) = (Self.number(x), Self.number(y))
        let (width, height) = (Self.number(width), Self.number(height))
        body.append(
            "<svg x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"\(x) \(y) \(width) \(height)\">")
    }

    /// Ends what `beginClip` began.
    mutating func endClip() { body.append("</svg>") }

    mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String,
        stroke: String = "none", strokeWidth: Double = 1, fillOpacity: Double = 1
    ) {
        let opacity = fillOpacity < 1 ? " fill-opacity=\"\(Self.number(fillOpacity))\"" : ""
        body.append(
            "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
                + "height=\"\(Self.number(height))\" fill=\"\(fill)\" stroke=\"\(stroke)\" "
                + "stroke-width=\"\(Self.number(strokeWidth))\"\(opacity)/>")
    }

    mutating func text(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 11,
        weight: String? = nil, fill: String? = nil, rotated: Bool = false
    ) {
        var attributes = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
        if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
        if size != 11 { attributes += " font-size=\"\(Self.number(size))\"" }
        if let weight { attributes += " font-weight=\"\(weight)\"" }
        if let fill { attributes += " fill=\"\(fill)\"" }
        if rotated {
            attributes += " transform=\"rotate(-90 \(Self.number(x)) \(Self.number(y)))\""
        }
        body.append("<text \(attributes)>\(Self.escape(text))</text>")
    }

    /// A text that ends at its point and rises towards it.
    mutating func slanted(_ text: String, x: Double, y: Double) {
        let place = "\(Self.number(x)) \(Self.number(y))"
        body.append(
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"end\" "
                + "transform=\"rotate(-40 \(place))\">\(Self.escape(text))</text>")
    }

    /// A marker of one of six shapes around a point, which may lead somewhere: then a larger place
    /// around it takes the pointer.
    mutating func marker(
        _ shape: Int, x: Double, y: Double, radius r: Double, fill: String, link: Link? = nil
    ) {
        if let link {
            hasLinks = true
            let title = Self.escape(link.title)
            body.append(
                "<a href=\"\(Self.escape(link.address))\" aria-label=\"\(title)\"><title>\(title)</title>"
                    + "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"6\" "
                    + "fill=\"#fff\" fill-opacity=\"0\"/>")
        }
        defer { if link != nil { body.append("</a>") } }
        func polygon(_ corners: [(Double, Double)]) -> String {
            let points = corners.map { "\(Self.number(x + $0 * r)),\(Self.number(y + $1 * r))" }
            return "<polygon points=\"\(points.joined(separator: " "))\" fill=\"\(fill)\"/>"
        }
        switch shape % 6 {
        case 0:
            body.append(
                "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(r))\" "
                    + "fill=\"\(fill)\"/>")
        case 1: body.append(polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]))
        case 2: body.append(polygon([(0, -1.15), (1.05, 0.8), (-1.05, 0.8)]))
        case 3: body.append(polygon([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]))
        case 4: body.append(polygon([(0, 1.15), (1.05, -0.8), (-1.05, -0.8)]))
        default:
            body.append(
                polygon([
                    (-0.35, -1.2), (0.35, -1.2), (0.35, -0.35), (1.2, -0.35), (1.2, 0.35),
                    (0.35, 0.35), (0.35, 1.2), (-0.35, 1.2), (-0.35, 0.35), (-1.2, 0.35),
                    (-1.2, -0.35), (-0.35, -0.35),
                ]))
        }
    }

    // MARK: Text

    /// A coordinate with at most two decimals and no trailing zeros.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let hundredths = (value * 100).rounded()
        guard abs(hundredths) < 1e12 else { return "0" }
        let whole = Int(hundredths)
        let sign = whole < 0 ? "-" : ""
        let (units, rest) = (abs(whole) / 100, abs(whole) % 100)
        if rest == 0 { return units == 0 ? "0" : "\(sign)\(units)" }
        if rest % 10 == 0 { return "\(sign)\(units).\(rest / 10)" }
        return "\(sign)\(units).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Text for XML and HTML, also within quotes: markup is shown, and so are signs that cannot be
    /// seen. By scalar: a quote with a combining mark behind it is one character with it.
    package static func escape(_ text: String) -> String {
        var result = ""
        for scalar in VisibleText.line(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func trace(_ points: [(x: Double, y: Double)]) -> String {
        var text = "M"
        for (index, point) in points.enumerated() {
            if index > 0 { text += "L" }
            text += number(point.x) + "," + number(point.y)
        }
        return text
    }

    private static func dashed(_ dash: String?) -> String {
        dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    }
}
