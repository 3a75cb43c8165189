import Foundation

/// The shadow of a phantom's heart: a tilted ellipse, dense to its border.
struct PhantomHeart: Sendable {
    /// 1 is usual.
    let size: Double

    private static let centre = Point(0.555, 0.645)
    private static let tilt = 0.42
    private var radii: (long: Double, short: Double) { (0.175 * size, 0.135 * size) }

    /// The squared distance from the centre in radii: 1 on the border.
    func square(at point: Point) -> Double {
        let (dx, dy) = (point.x - Self.centre.x, point.y - Self.centre.y)
        let u = (dx * cos(Self.tilt) + dy * sin(Self.tilt)) / radii.long
        let v = (-dx * sin(Self.tilt) + dy * cos(Self.tilt)) / radii.short
        return u * u + v * v
    }

    /// The border.
    var outline: Outline {
        Outline(
            polygon: (0..<96).map { step in
                let angle = 2 * .pi * Double(step) / 96
                let (u, v) = (radii.long * cos(angle), radii.short * sin(angle))
                return Point(
                    Self.centre.x + u * cos(Self.tilt) - v * sin(Self.tilt),
                    Self.centre.y + u * sin(Self.tilt) + v * cos(Self.tilt))
            })
    }
}
