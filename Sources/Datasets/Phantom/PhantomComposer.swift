import Foundation
import TensorCore

/// Composes the X-ray density of an anatomy: bone and heart are dense, lungs are not.
struct PhantomComposer {
    let anatomy: PhantomAnatomy
    let finding: PhantomFinding
    /// How much air a ray meets, 0...1: full in the middle of a lung, less at its border.
    private let air: DensityField
    private var density: DensityField
    /// The clavicles on the left and on the right of the image, once they are drawn.
    private(set) var clavicles: [Outline] = []

    init(_ anatomy: PhantomAnatomy, finding: PhantomFinding, side: Int) {
        self.anatomy = anatomy
        self.finding = finding
        var air = DensityField(side: side, inside: anatomy.leftLung, softness: 0.004)
        let other = DensityField(side: side, inside: anatomy.rightLung, softness: 0.004)
        for i in air.values.indices { air.values[i] += other.values[i] }
        var wide = air
        wide.blur(radius: 0.045)
        for i in air.values.indices { air.values[i] *= 0.45 + 0.55 * wide.values[i] }
        self.air = air
        density = DensityField(side: side)
    }

    /// The finished density, about 0 (air around the patient) to 2.
    mutating func compose(using random: inout RandomSource) -> DensityField {
        addTrunk()
        addLungs(using: &random)
        addMiddle()
        addRibs(using: &random)
        addClavicles(using: &random)
        addFinding(using: &random)
        return density
    }

    private mutating func addTrunk() {
        let body = DensityField(side: density.side, inside: anatomy.body, softness: 0.012)
        let (chest, breasts) = (anatomy.chest, anatomy.breasts)
        density.add { x, y in
            let across = (x - 0.5) / (chest * 1.35)
            let belly = 1 / (1 + exp(-(y - 0.82) / 0.035))
            return 0.72 + 0.34 * max(0, 1 - across * across) + 0.46 * belly
        }
        for i in density.values.indices { density.values[i] *= body.values[i] }
        if breasts > 0 {
            for x in [0.5 - chest * 0.52, 0.5 + chest * 0.52] {
                density.addDisc(at: Point(x, 0.66), radius: 0.19) { d in
                    breasts * (1 - d * d * d * d)
                }
            }
        }
    }

    private mutating func addLungs(using random: inout RandomSource) {
        var vessels = DensityField(side: density.side)
        for side in [-1.0, 1.0] {
            let hilum = Point(0.5 + side * 0.095, side < 0 ? 0.475 : 0.45)
            for _ in 0..<5 {
                let at = Point(
                    hilum.x + random.normal() * 0.014, hilum.y + random.normal() * 0.032)
                let strength = random.uniform(0.05...0.09)
                vessels.addDisc(at: at, radius: random.uniform(0.03...0.05)) { d in
                    strength * (1 - d * d) * (1 - d * d)
                }
            }
            for branch in 0..<13 {
                let share = Double(branch) / 12
                let angle = -1.4 + 2.8 * share + random.uniform(-0.2...0.2)
                let root = Point(
                    hilum.x + side * random.uniform(-0.005...0.025),
                    hilum.y + 0.085 * (share - 0.5) + random.uniform(-0.012...0.012))
                grow(
                    &vessels, from: root, angle: angle, side: side,
                    width: random.uniform(0.0034...0.0065), length: random.uniform(0.24...0.38),
                    using: &random)
            }
        }
        let texture = SmoothNoise(using: &random)
        let amount = random.uniform(0.015...0.035)
        vessels.add { x, y in amount * texture.value(x * 28, y * 28) }
        for i in density.values.indices {
            density.values[i] += air.values[i] * (vessels.values[i] - 0.80)
        }
    }

    /// A vessel that wanders outwards, thins and forks.
    private func grow(
        _ field: inout DensityField, from start: Point, angle: Double, side: Double, width: Double,
        length: Double, using random: inout RandomSource
    ) {
        guard width > 0.0016, length > 0.02 else { return }
        var (at, angle, width) = (start, angle, width)
        var left = length
        while left > 0 && width > 0.0012 {
            let step = max(width * 0.9, 0.9 / Double(field.side))
            let radius = max(width * 1.6, 1.1 / Double(field.side))
            let strength = 0.034 * min(width / 0.004, 1.3)
            field.addDisc(at: at, radius: radius) { d in strength * (1 - d * d) }
            at = Point(at.x + side * cos(angle) * step, at.y + sin(angle) * step)
            angle += random.uniform(-0.09...0.09)
            width *= 1 - 0.9 * step / length
            left -= step
            if random.uniform() < step / 0.075 {
                let turn = random.uniform(0.35...0.75) * (random.uniform() < 0.5 ? -1 : 1)
                grow(
                    &field, from: at, angle: angle + turn, side: side, width: width * 0.72,
                    length: left * 0.7, using: &random)
            }
        }
    }

    private mutating func addMiddle() {
        let (heart, spine) = (anatomy.heart, anatomy.spine)
        density.add { x, y in
            let offset = x - spine
            let column = 0.26 * exp(-pow(offset / 0.042, 4)) * (1 + 0.10 * cos(y * 2 * .pi / 0.062))
            let soft = 0.16 * exp(-pow(offset / 0.075, 2))
            let trachea =
                0.30 * exp(-pow((offset + 0.004) / 0.0165, 4)) / (1 + exp((y - 0.345) / 0.02))
            return y < 0.02 ? soft : column + soft - trachea
        }
        let ellipse = PhantomHeart(size: heart)
        density.add { x, y in 0.20 / (1 + exp((ellipse.square(at: Point(x, y)) - 1) / 0.16)) }
        density.addDisc(at: Point(0.572, 0.335), radius: 0.05) { d in 0.14 * (1 - d * d) }
        for bubble in anatomy.stomach {
            density.addDisc(at: bubble.at, radius: bubble.radius) { d in
                -bubble.air / (1 + exp((d - 0.78) / 0.05))
            }
        }
    }

    private mutating func addRibs(using random: inout RandomSource) {
        let first = 0.085 + random.uniform(-0.012...0.012)
        let spacing = random.uniform(0.063...0.071)
        let strength = random.uniform(0.15...0.23)
        let fall = random.uniform(0.10...0.15)
        let half = random.uniform(0.0115...0.0145)
        for side in [-1.0, 1.0] {
            for rib in 0..<10 {
                let start = first + spacing * Double(rib) + random.uniform(-0.003...0.003)
                let reach = anatomy.halfWidth(at: start + 0.05)
                let drop = fall * (0.75 + 0.05 * Double(rib))
                addRib(side, reach: reach, from: 0.06, to: 0.985, half: half, strength) { u in
                    start - 0.035 * sin(min(u, 1) * .pi * 0.85) + drop * u * u * u
                }
                guard rib < 8 else { continue }
                let lateral = start + drop + 0.012
                addRib(
                    side, reach: reach, from: 0.42, to: 0.985, half: half * 0.95, strength * 0.5
                ) { u in
                    let inward = 1 - min(u, 1)
                    return lateral + 0.22 * inward.squareRoot() * 0.55 + 0.10 * inward
                }
            }
        }
    }

    /// A rib along `y(u)`, u the distance from the middle in units of `reach`; its rims are
    /// brighter than its marrow.
    private mutating func addRib(
        _ side: Double, reach: Double, from: Double, to: Double, half: Double, _ strength: Double,
        along y: (Double) -> Double
    ) {
        let ends = [0.5 + side * reach * from, 0.5 + side * reach * to]
        density.addBand(
            x: (ends.min() ?? 0)...(ends.max() ?? 0), halfWidth: half,
            along: { x in y(abs(x - 0.5) / reach) }
        ) { across, x in
            let u = abs(x - 0.5) / reach
            let fade = min((u - from) / 0.08, (to - u) / 0.02 + 0.5, 1)
            let rim = 0.62 + 0.55 * pow(abs(across), 3)
            return strength * max(fade, 0) * rim * min((1 - abs(across)) / 0.22, 1)
        }
    }

    private mutating func addClavicles(using random: inout RandomSource) {
        let height = 0.185 + random.uniform(-0.03...0.025)
        let rise = random.uniform(0.02...0.075)
        let strength = random.uniform(0.16...0.24)
        for side in [-1.0, 1.0] {
            let skew = random.uniform(-0.01...0.01)
            let ends = [0.5 + side * 0.035, 0.5 + side * (anatomy.chest + 0.02)]
            let extent = (ends.min() ?? 0)...(ends.max() ?? 0)
            let middle = { (x: Double) in
                let u = abs(x - 0.5) / 0.4
                return height + skew - rise * u + 0.020 * sin(u * 2 * .pi)
            }
            clavicles.append(Outline(band: extent, halfWidth: 0.0165, along: middle))
            density.addBand(x: extent, halfWidth: 0.0165, along: middle) { across, x in
                let u = abs(x - 0.5) / 0.4
                let fade = min((u - 0.07) / 0.05, 1)
                let rim = 0.65 + 0.5 * pow(abs(across), 3)
                return strength * max(fade, 0) * rim * min((1 - abs(across)) / 0.25, 1)
            }
            density.addBand(
                x: min(
                    0.5 + side * 0.30, 0.5 + side * 0.42)...max(
                        0.5 + side * 0.30, 0.5 + side * 0.42), halfWidth: 0.13,
                along: { x in 0.30 + 0.6 * (abs(x - 0.5) - 0.3) }
            ) { across, x in
                let u = (abs(x - 0.5) - 0.36) / 0.06
                return 0.085 * (1 - across * across) * max(0, 1 - u * u)
            }
        }
    }

    private mutating func addFinding(using random: inout RandomSource) {
        switch finding {
        case .none, .fracture: break
        case .nodule:
            let at = site(in: 0.2...0.8, using: &random)
            let radius = random.uniform(0.016...0.034)
            let strength = random.uniform(0.20...0.32)
            density.addDisc(at: at, radius: radius) { d in strength * (1 - d * d).squareRoot() }
        case .tuberculosis:
            for _ in 0...random.integer(below: 3) { addOpacity(using: &random) }
        }
    }

    /// A cluster of soft blobs, sometimes around a cavity.
    private mutating func addOpacity(using random: inout RandomSource) {
        let centre = site(in: 0.12...0.55, using: &random)
        let spread = random.uniform(0.035...0.075)
        var patch = DensityField(side: density.side)
        for _ in 0..<(10 + random.integer(below: 16)) {
            let at = Point(
                centre.x + random.normal() * spread * 0.55,
                centre.y + random.normal() * spread * 0.6)
            let strength = random.uniform(0.05...0.15)
            patch.addDisc(at: at, radius: random.uniform(0.012...0.042)) { d in
                strength * (1 - d * d) * (1 - d * d)
            }
        }
        if random.uniform() < 0.4 {
            for _ in 0..<3 {
                let at = Point(
                    centre.x + random.normal() * 0.007, centre.y + random.normal() * 0.007)
                let wall = random.uniform(0.04...0.08)
                patch.addDisc(at: at, radius: random.uniform(0.026...0.04)) { d in
                    wall * (1.25 * exp(-pow((d - 0.7) / 0.16, 2)) - 0.8 * max(0, 0.62 - d))
                }
            }
        }
        for i in density.values.indices {
            density.values[i] += patch.values[i] * min(air.values[i] * 1.3, 1)
        }
    }

    /// A place well inside a lung with y in `range` of its height.
    private func site(
        in range: ClosedRange<Double>, using random: inout RandomSource
    ) -> Point {
        var best = Point(0.27, 0.35)
        for _ in 0..<60 {
            let at = Point(random.uniform(0.12...0.88), 0.12 + 0.62 * random.uniform(range))
            best = at
            if air.sample(at.x, at.y) > 0.82 { break }
        }
        return best
    }
}
