public import Domain
internal import Foundation
public import TensorCore

/// Random variation of the gray values of one image; its pixels stay where they are, so its masks
/// do too.
public struct GrayVariation: Sendable, Hashable {
    /// Largest change of contrast and brightness, as a fraction of the image's range, 0...1.
    public var intensity: Double
    /// Largest standard deviation of a Gaussian blur, pixels, 0...8.
    public var blur: Double
    /// Largest standard deviation of Gaussian noise, as a fraction of the image's range, 0...1.
    public var noise: Double

    /// Settings; zero leaves a variation out.
    public init(intensity: Double = 0, blur: Double = 0, noise: Double = 0) {
        self.intensity = intensity
        self.blur = blur
        self.noise = noise
    }

    /// Varies `[H, W, C]` values: contrast and brightness, then blur, then noise, each of a strength
    /// drawn anew. Values stay in the range that the image has.
    public func apply(
        to image: inout [Float], _ shape: ImageShape, using random: inout RandomSource
    ) {
        guard let low = image.min(), let high = image.max() else { return }
        if intensity > 0 {
            Self.varyIntensity(&image, by: intensity, using: &random)
        }
        if blur > 0 { Self.blur(&image, shape, by: random.uniform(0...blur)) }
        if noise > 0 {
            let deviation = Float(random.uniform(0...noise)) * (high - low)
            for i in image.indices {
                image[i] = min(max(image[i] + deviation * Float(random.normal()), low), high)
            }
        }
    }

    /// Contrast about the middle of the range, and brightness.
    static func varyIntensity(
        _ image: inout [Float], by intensity: Double, using random: inout RandomSource
    ) {
        let low = image.min() ?? 0
        let high = image.max() ?? 0
        let range = high - low
        let contrast = Float(1 + random.uniform(-intensity...intensity))
        let brightness = Float(random.uniform(-intensity...intensity)) * range / 2
        let middle = low + range / 2
        for i in image.indices {
            let value = (image[i] - middle) * contrast + middle + brightness
            image[i] = min(max(value, low), high)
        }
    }

    /// A Gaussian of that standard deviation, cut at three of them; beyond the border the nearest
    /// pixel is repeated.
    private static func blur(_ image: inout [Float], _ shape: ImageShape, by deviation: Double) {
        let radius = Int((3 * deviation).rounded(.up))
        guard radius > 0 else { return }
        let powers = (-radius...radius).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
        let sum = powers.reduce(0, +)
        let weights = powers.map { Float($0 / sum) }
        /// One direction: `count` pixels `step` values apart in each of the lines that begin at `starts`.
        func pass(_ starts: [Int], count: Int, step: Int) {
            let source = image
            for start in starts {
                for place in 0..<count {
                    var value: Float = 0
                    for (offset, weight) in weights.enumerated() {
                        let near = min(max(place + offset - radius, 0), count - 1)
                        value += weight * source[start + near * step]
                    }
                    image[start + place * step] = value
                }
            }
        }
        let (width, channels) = (shape.width, shape.channels)
        let rows = (0..<shape.height).flatMap { row in
            (0..<channels).map { row * width * channels + $0 }
        }
        pass(rows, count: width, step: channels)
        pass(Array(0..<width * channels), count: shape.height, step: width * channels)
    }
}
