import Foundation
import TensorCore

/// The shapes of one phantom patient, in units of the image before it is tilted and shifted.
struct PhantomAnatomy: Sendable {
    /// The lung on the left of the image (the patient's right).
    let leftLung: Outline
    /// The lung on the right of the image.
    let rightLung: Outline
    /// Neck, shoulders, trunk.
    let body: Outline
    /// Scale of the heart: 1 is usual.
    let heart: Double
    /// Height of the diaphragm's domes, a shift in y.
    let domes: (left: Double, right: Double)
    /// Half width of the rib cage.
    let chest: Double
    /// Soft tissue over the lower lungs.
    let breasts: Double
    /// Gas under the left dome: overlapping discs, none in some patients.
    let stomach: [(at: Point, radius: Double, air: Double)]
    /// Centre of the spine.
    let spine: Double

    init(using random: inout RandomSource) {
        let width = random.uniform(0.84...1.10)
        let top = random.uniform(-0.03...0.03)
        let length = random.uniform(0.80...1.08)
        heart = random.uniform(0.8...1.25)
        domes = (random.uniform(-0.03...0.035), random.uniform(-0.03...0.035))
        chest = 0.385 * width
        breasts = random.uniform() < 0.45 ? random.uniform(0.04...0.11) : 0
        spine = 0.5 + random.uniform(-0.008...0.008)
        let gas = Point(
            0.5 + random.uniform(0.17...0.27) * width, 0.80 + top + (length - 1) * 0.6)
        var stomach: [(at: Point, radius: Double, air: Double)] = []
        if random.uniform() < 0.65 {
            let air = random.uniform(0.08...0.2)
            for _ in 0..<(1 + random.integer(below: 3)) {
                let at = Point(
                    gas.x + random.uniform(-0.05...0.05), gas.y + random.uniform(0.02...0.07))
                stomach.append((at, random.uniform(0.03...0.06), air))
            }
        }
        self.stomach = stomach
        let heartBulge = heart - 1
        let domes = domes

        func place(_ x: Double, _ y: Double, bulge: Double = 0, dome: Double = 0) -> Point {
            let side = x < 0.5 ? -1.0 : 1.0
            let jitterX = random.uniform(-0.007...0.007)
            let jitterY = random.uniform(-0.006...0.006)
            return Point(
                0.5 + (x - 0.5) * width + side * bulge * heartBulge + jitterX,
                0.115 + top + (y - 0.115) * length + dome + jitterY)
        }
        let left = domes.left
        leftLung = Outline(through: [
            place(0.335, 0.112), place(0.262, 0.150), place(0.198, 0.255), place(0.157, 0.400),
            place(0.133, 0.560), place(0.122, 0.700), place(0.124, 0.815), place(0.165, 0.778),
            place(0.235, 0.738, dome: left), place(0.315, 0.728, dome: left),
            place(0.385, 0.752, dome: left * 0.6), place(0.417, 0.742, bulge: 0.04),
            place(0.408, 0.660, bulge: 0.07), place(0.420, 0.570, bulge: 0.05),
            place(0.432, 0.470), place(0.441, 0.360), place(0.440, 0.250), place(0.413, 0.155),
        ])
        let right = domes.right
        rightLung = Outline(through: [
            place(0.665, 0.112), place(0.738, 0.150), place(0.802, 0.255), place(0.843, 0.400),
            place(0.867, 0.560), place(0.878, 0.705), place(0.876, 0.828), place(0.838, 0.795),
            place(0.785, 0.765, dome: right), place(0.735, 0.762, dome: right),
            place(0.712, 0.752, bulge: 0.12), place(0.700, 0.680, bulge: 0.15),
            place(0.664, 0.590, bulge: 0.12), place(0.612, 0.505, bulge: 0.06),
            place(0.583, 0.420), place(0.592, 0.340), place(0.566, 0.262), place(0.585, 0.155),
        ])
        let shoulder = random.uniform(0.10...0.17)
        let waist = 0.5 - 0.445 * width
        body = Outline(through: [
            Point(0.40, -0.2), Point(0.385, 0.01), Point(0.27, 0.055), Point(0.12, shoulder),
            Point(-0.06, shoulder + 0.12), Point(-0.1, 0.42), Point(waist - 0.02, 0.5),
            Point(waist, 0.75), Point(waist - 0.02, 1.2), Point(1.02 - waist, 1.2),
            Point(1 - waist, 0.75), Point(1.02 - waist, 0.5), Point(1.1, 0.42),
            Point(1.06, shoulder + 0.12), Point(0.88, shoulder), Point(0.73, 0.055),
            Point(0.615, 0.01), Point(0.60, -0.2),
        ])
    }

    /// Half the width of the rib cage at height `y`.
    func halfWidth(at y: Double) -> Double {
        let t = min(max((0.66 - y) / 0.62, 0), 1)
        return chest * (1 - 0.62 * t * t * t).squareRoot()
    }
}
