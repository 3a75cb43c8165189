import TensorCore

/// Noise that varies smoothly over about one unit, about -1...1, in three octaves.
struct SmoothNoise {
    private var lattice: [Float]
    private let mask = 63

    init(using random: inout RandomSource) {
        lattice = (0..<(64 * 64)).map { _ in Float(random.uniform(-1...1)) }
    }

    /// The value at a position.
    func value(_ x: Double, _ y: Double) -> Double {
        octave(x, y) * 0.55 + octave(x * 2.1 + 17, y * 2.1) * 0.3 + octave(x * 4.3, y * 4.3) * 0.25
    }

    private func octave(_ x: Double, _ y: Double) -> Double {
        let (floorX, floorY) = (x.rounded(.down), y.rounded(.down))
        let (column, row) = (Int(floorX), Int(floorY))
        func ease(_ t: Double) -> Double { t * t * (3 - 2 * t) }
        let (u, v) = (ease(x - floorX), ease(y - floorY))
        func corner(_ dx: Int, _ dy: Int) -> Double {
            Double(lattice[((row + dy) & mask) * 64 + ((column + dx) & mask)])
        }
        let top = corner(0, 0) * (1 - u) + corner(1, 0) * u
        let bottom = corner(0, 1) * (1 - u) + corner(1, 1) * u
        return top * (1 - v) + bottom * v
    }
}
