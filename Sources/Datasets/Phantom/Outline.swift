/// A point in units of the image: x to the right, y down, both 0...1.
struct Point: Sendable, Equatable {
    var x: Double
    var y: Double

    init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// A closed curve in units of the image.
struct Outline: Sendable {
    let points: [Point]

    /// A polygon through `points`.
    init(polygon points: [Point]) { self.points = points }

    /// A band about the curve `y(x)`, so wide in y that it is `2 * halfWidth` across.
    init(band extent: ClosedRange<Double>, halfWidth: Double, along y: (Double) -> Double) {
        let steps = 48
        let length = extent.upperBound - extent.lowerBound
        let middle = (0...steps).map { step -> (Point, Double) in
            let x = extent.lowerBound + length * Double(step) / Double(steps)
            let slope = (y(x + 1e-4) - y(x - 1e-4)) / 2e-4
            return (Point(x, y(x)), halfWidth * (1 + slope * slope).squareRoot())
        }
        points =
            middle.map { Point($0.0.x, $0.0.y - $0.1) }
            + middle.reversed().map { Point($0.0.x, $0.0.y + $0.1) }
    }

    /// A closed Catmull-Rom spline through `controls`.
    init(through controls: [Point], steps: Int = 12) {
        var points: [Point] = []
        let count = controls.count
        for i in 0..<count {
            let a = controls[(i + count - 1) % count]
            let b = controls[i]
            let c = controls[(i + 1) % count]
            let d = controls[(i + 2) % count]
            for step in 0..<steps {
                let t = Double(step) / Double(steps)
                points.append(
                    Point(
                        Self.spline(a.x, b.x, c.x, d.x, t), Self.spline(a.y, b.y, c.y, d.y, t)))
            }
        }
        self.points = points
    }

    private static func spline(
        _ a: Double, _ b: Double, _ c: Double, _ d: Double, _ t: Double
    ) -> Double {
        let linear = (c - a) * t
        let square = (2 * a - 5 * b + 4 * c - d) * t * t
        let cube = (3 * b - a - 3 * c + d) * t * t * t
        return b + 0.5 * (linear + square + cube)
    }

    /// Calls `body` with every run of pixels whose centres lie inside (even-odd rule) in an image
    /// of `width` x `height`.
    func fill(width: Int, height: Int, _ body: (_ row: Int, _ columns: Range<Int>) -> Void) {
        var crossings: [[Double]] = Array(repeating: [], count: height)
        for (i, a) in points.enumerated() {
            let b = points[(i + 1) % points.count]
            let (top, bottom) = a.y < b.y ? (a, b) : (b, a)
            let first = max(Int((top.y * Double(height) - 0.5).rounded(.up)), 0)
            let last = min(Int((bottom.y * Double(height) - 0.5).rounded(.up)), height)
            guard first < last else { continue }
            for row in first..<last {
                let y = (Double(row) + 0.5) / Double(height)
                let x = top.x + (y - top.y) / (bottom.y - top.y) * (bottom.x - top.x)
                crossings[row].append(x * Double(width))
            }
        }
        for (row, unsorted) in crossings.enumerated() {
            let xs = unsorted.sorted()
            for pair in stride(from: 0, to: xs.count - 1, by: 2) {
                let from = min(max(Int((xs[pair] - 0.5).rounded(.up)), 0), width)
                let to = min(max(Int((xs[pair + 1] - 0.5).rounded(.up)), from), width)
                if from < to { body(row, from..<to) }
            }
        }
    }

    /// The pixels inside: `height * width` of 0 or 1.
    func mask(width: Int, height: Int) -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: width * height)
        fill(width: width, height: height) { row, columns in
            for column in columns { mask[row * width + column] = 1 }
        }
        return mask
    }
}
