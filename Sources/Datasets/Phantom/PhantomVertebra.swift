import Foundation
public import Imaging
import TensorCore

extension PhantomGenerator {
    /// One drawn vertebra patch.
    public struct Vertebra: Sendable {
        /// The image.
        public let image: GrayImage
        /// The vertebral body in the middle: `side * side` of 0 or 1.
        public let body: [UInt8]
    }

    /// Draws patch `index` of the spine layout: a vertebra seen from the side with parts of its
    /// neighbours; fractured ones have lost height in front or in the middle.
    public static func vertebra(_ index: Int, seed: UInt64, side: Int) -> Vertebra {
        var random = RandomSource(seed: seed, stream: "vertebra-\(index)")
        let isFractured = PhantomFinding.classIndex(of: index, in: .spine) == 1
        let column = PhantomSpine(isFractured: isFractured, using: &random)
        let pose = PhantomPose(using: &random)
        let grid = min(max(side * 3 / 2, 96), 512)
        let density = column.density(side: grid, using: &random)
        let film = PhantomFilm(using: &random, marked: false)
        let image = film.expose(
            density, pose: pose, width: side, height: side, maximum: 255, using: &random)
        return Vertebra(
            image: image,
            body: pose.apply(to: column.middle).mask(width: side, height: side))
    }
}

/// Three vertebral bodies above one another, in units of the patch.
private struct PhantomSpine {
    let middle: Outline
    private let neighbours: [Outline]
    private let back: Double
    private let slant: Double

    init(isFractured: Bool, using random: inout RandomSource) {
        let width = random.uniform(0.42...0.52)
        let height = random.uniform(0.30...0.36)
        let gap = random.uniform(0.045...0.075)
        let waist = random.uniform(0.012...0.028)
        slant = random.uniform(-0.09...0.09)
        let slant = slant
        back = 0.5 + width / 2

        func body(at y: Double, front: Double, centre: Double) -> Outline {
            let (left, right) = (0.5 - width / 2, 0.5 + width / 2)
            let half = height / 2
            // `front` and `centre` are the shares of height that are left there.
            func point(_ x: Double, _ dy: Double) -> Point {
                let jitterX = random.uniform(-0.006...0.006)
                let jitterY = random.uniform(-0.006...0.006)
                return Point(x + slant * (y + dy - 0.5) + jitterX, y + dy + jitterY)
            }
            let foot = half
            return Outline(through: [
                point(left, foot - 2 * half * front),
                point(left + 0.1 * width, foot - 2 * half * front - 0.012),
                point(0.5, foot - 2 * half * centre + 0.010),
                point(right - 0.1 * width, -half - 0.010), point(right, -half + 0.008),
                point(right - waist, 0), point(right, foot - 0.008),
                point(right - 0.1 * width, foot + 0.010), point(0.5, foot - 0.012),
                point(left + 0.1 * width, foot + 0.010), point(left, foot - 0.008),
                point(left + waist, foot - half * front),
            ])
        }
        var (front, centre) = (random.uniform(0.96...1.02), random.uniform(0.93...1.0))
        if isFractured {
            let isWedge = random.uniform() < 0.6
            front = isWedge ? random.uniform(0.45...0.72) : random.uniform(0.80...0.95)
            centre = isWedge ? (front + 1) / 2 - 0.06 : random.uniform(0.45...0.70)
        }
        middle = body(at: 0.5, front: front, centre: centre)
        neighbours = [-1.0, 1.0].map { step in
            body(
                at: 0.5 + step * (height + gap), front: random.uniform(0.95...1.02),
                centre: random.uniform(0.93...1.0))
        }
    }

    func density(side: Int, using random: inout RandomSource) -> DensityField {
        let noise = SmoothNoise(using: &random)
        let bone = random.uniform(0.30...0.48)
        let (back, slant) = (back, slant)
        var field = DensityField(side: side)
        field.add { x, y in
            let soft = 0.55 + 0.10 * (x - 0.5) + 0.05 * noise.value(x * 4, y * 4)
            let canal = x - back - slant * (y - 0.5)
            // Pedicles and processes behind the bodies.
            let behind =
                0.16 * exp(-pow((canal - 0.14) / 0.09, 2)) * (1 + 0.5 * cos(y * 2 * .pi / 0.4))
            return soft + behind
        }
        for outline in [middle] + neighbours {
            let solid = DensityField(side: side, inside: outline, softness: 0.006)
            var core = DensityField(side: side, inside: outline, softness: 0.022)
            core.add { x, y in 0.04 * noise.value(x * 40, y * 40) }
            for i in field.values.indices {
                let rim = solid.values[i] * (1.45 - 0.62 * core.values[i])
                field.values[i] += Float(bone) * rim
            }
        }
        return field
    }
}
