import Foundation

/// A square grid over the image on which the phantom's X-ray density is composed.
struct DensityField {
    let side: Int
    var values: [Float]

    init(side: Int, value: Float = 0) {
        self.side = side
        values = [Float](repeating: value, count: side * side)
    }

    /// One inside the outline and zero outside, with an edge blurred over `softness` (units of
    /// the image).
    init(side: Int, inside outline: Outline, softness: Double) {
        self.init(side: side)
        outline.fill(width: side, height: side) { row, columns in
            for column in columns { values[row * side + column] = 1 }
        }
        blur(radius: softness)
    }

    /// Two passes of a box blur with half width `radius`, in units of the image.
    mutating func blur(radius: Double) {
        let half = Int((radius * Double(side)).rounded())
        guard half > 0 else { return }
        var line = [Float](repeating: 0, count: side)
        for _ in 0..<2 {
            for i in 0..<side { blurLine(from: i * side, step: 1, half, &line) }
            for i in 0..<side { blurLine(from: i, step: side, half, &line) }
        }
    }

    private mutating func blurLine(from start: Int, step: Int, _ half: Int, _ line: inout [Float]) {
        let last = side - 1
        var sum: Float = 0
        for i in -half...half { sum += values[start + min(max(i, 0), last) * step] }
        let scale = 1 / Float(2 * half + 1)
        for i in 0..<side {
            line[i] = sum * scale
            sum += values[start + min(i + half + 1, last) * step]
            sum -= values[start + max(i - half, 0) * step]
        }
        for i in 0..<side { values[start + i * step] = line[i] }
    }

    /// Adds a function of the position to every cell.
    mutating func add(_ body: (_ x: Double, _ y: Double) -> Double) {
        for row in 0..<side {
            let y = (Double(row) + 0.5) / Double(side)
            for column in 0..<side {
                values[row * side + column] += Float(body((Double(column) + 0.5) / Double(side), y))
            }
        }
    }

    /// Adds `profile(d)` around a centre, `d` the distance in units of `radius`, zero beyond 1.
    mutating func addDisc(at centre: Point, radius: Double, _ profile: (Double) -> Double) {
        let n = Double(side)
        let rows = clamped((centre.y - radius) * n, (centre.y + radius) * n)
        let columns = clamped((centre.x - radius) * n, (centre.x + radius) * n)
        for row in rows {
            for column in columns {
                let dx = ((Double(column) + 0.5) / n - centre.x) / radius
                let dy = ((Double(row) + 0.5) / n - centre.y) / radius
                let distance = (dx * dx + dy * dy).squareRoot()
                if distance < 1 { values[row * side + column] += Float(profile(distance)) }
            }
        }
    }

    /// Adds a band along `y(x)` for `x` in `range`: `profile(t)` with t = -1...1 across it and
    /// `halfWidth` measured at right angles to it.
    mutating func addBand(
        x range: ClosedRange<Double>, halfWidth: Double, along y: (Double) -> Double,
        _ profile: (_ across: Double, _ x: Double) -> Double
    ) {
        let n = Double(side)
        for column in clamped(range.lowerBound * n, range.upperBound * n) {
            let x = (Double(column) + 0.5) / n
            let centre = y(x)
            let slope = (y(x + 0.002) - y(x - 0.002)) / 0.004
            let half = halfWidth * (1 + slope * slope).squareRoot()
            for row in clamped((centre - half) * n, (centre + half) * n) {
                let across = ((Double(row) + 0.5) / n - centre) / half
                if abs(across) < 1 { values[row * side + column] += Float(profile(across, x)) }
            }
        }
    }

    private func clamped(_ low: Double, _ high: Double) -> Range<Int> {
        let first = min(max(Int(low.rounded(.down)), 0), side)
        return first..<max(first, min(max(Int(high.rounded(.up)), 0), side))
    }

    /// The value at a position, linear between cells, the nearest cell beyond the border.
    func sample(_ x: Double, _ y: Double) -> Float {
        let last = Double(side - 1)
        let u = min(max(x * Double(side) - 0.5, 0), last)
        let v = min(max(y * Double(side) - 0.5, 0), last)
        let column = min(Int(u), side - 2)
        let row = min(Int(v), side - 2)
        let (fx, fy) = (Float(u - Double(column)), Float(v - Double(row)))
        let at = row * side + column
        let top = values[at] + fx * (values[at + 1] - values[at])
        let bottom = values[at + side] + fx * (values[at + side + 1] - values[at + side])
        return top + fy * (bottom - top)
    }
}
