import Foundation
import Imaging
import TensorCore

/// Turns density into gray values: exposure, contrast, noise, the side marker and the unexposed
/// border.
struct PhantomFilm {
    private let isMarked: Bool
    private let exposure: Double
    private let contrast: Double
    private let grain: Float
    private let marker: Point
    private let edge: Point

    /// Without `marked` there is neither a side marker nor an unexposed border.
    init(using random: inout RandomSource, marked: Bool = true) {
        isMarked = marked
        exposure = random.uniform(-0.09...0.09)
        contrast = random.uniform(0.85...1.2)
        grain = Float(random.uniform(0.008...0.02))
        marker = Point(random.uniform(0.82...0.93), random.uniform(0.03...0.09))
        edge = Point(
            random.uniform() < 0.3 ? random.uniform(0.005...0.035) : 0,
            random.uniform() < 0.4 ? random.uniform(0.93...0.99) : 1)
    }

    /// Samples the density through the pose.
    func expose(
        _ density: DensityField, pose: PhantomPose, width: Int, height: Int, maximum: UInt16,
        using random: inout RandomSource
    ) -> GrayImage {
        let scale = Float(maximum)
        let curve = curve()
        let last = Float(curve.count - 1)
        var pixels = [UInt16](repeating: 0, count: width * height)
        for row in 0..<height {
            let y = (Double(row) + 0.5) / Double(height)
            let (start, step) = pose.row(y: y)
            for column in 0..<width {
                let x = (Double(column) + 0.5) / Double(width)
                let value = density.sample(start.x + x * step.x, start.y + x * step.y)
                let bits = random.next()
                let spread =
                    Float(bits & 0xffff) + Float((bits >> 16) & 0xffff)
                    + Float((bits >> 32) & 0xffff) + Float(bits >> 48) - 131_070
                var level = curve[Int(min(max(value / 2, 0), 1) * last)]
                level += spread * (grain / 37_837) * (0.5 + 0.5 * level)
                if isMarked {
                    if isMarker(x, y) { level = 0.97 }
                    if y > edge.y || min(x, 1 - x) < edge.x { level = 0.01 }
                }
                pixels[row * width + column] = UInt16(min(max(level, 0), 1) * scale + 0.5)
            }
        }
        return GrayImage(width: width, height: height, maximum: maximum, pixels: pixels)
    }

    /// Gray level for densities 0...2.
    private func curve() -> [Float] {
        (0..<4096).map { index in
            let density = Double(index) / 2048
            let t = (density - 0.72) * contrast * 3.1 + exposure * 3
            return Float(0.02 + 0.95 / (1 + exp(-t)))
        }
    }

    /// The letter L that radiographers put at the patient's left.
    private func isMarker(_ x: Double, _ y: Double) -> Bool {
        let (u, v) = (x - marker.x, y - marker.y)
        guard u >= 0, v >= 0, u < 0.022, v < 0.035 else { return false }
        return u < 0.006 || v > 0.029
    }
}
