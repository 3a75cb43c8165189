internal import Datasets
internal import Domain
public import Settings
internal import TensorCore

/// How strongly the gray values of unlabelled images are varied for a student, beyond what
/// `augment-…` does to all training images; pixels stay where they are.
public struct StrongSettings: SettingGroup {
    /// Largest change of contrast and brightness, as a fraction of the image's range.
    public var intensity = 0.5
    /// Largest standard deviation of a Gaussian blur, pixels.
    public var blur = 1.0
    /// Largest standard deviation of Gaussian noise, as a fraction of the image's range.
    public var noise = 0.05

    /// UniMatch's jitter of 0.5; less blur, since images are half as wide here.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<StrongSettings> = [
        .number(
            "strong-intensity", \.intensity, 0...1, "largest change of gray for the student"),
        .number("strong-blur", \.blur, 0...8, "largest blur for the student, pixels"),
        .number("strong-noise", \.noise, 0...1, "largest noise for the student"),
    ]
}

/// CutMix of unlabelled images (Yun et al. 2019).
public struct CutMixSettings: SettingGroup {
    /// Largest area of a box of another image, as a share of the image's.
    public var area = 0.4

    /// UniMatch's largest box.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<CutMixSettings> = [
        .number("cutmix", \.area, 0...1, "largest share of an image that comes from another")
    ]

    /// The least area that a box has where there is one, and the most that it is longer than wide
    /// or wider than long.
    private static let least = 0.02, stretch = 1 / 0.3

    /// A box for each of `count` images: area and ratio of sides are drawn evenly. Empty boxes
    /// where there is no CutMix.
    func boxes(_ count: Int, in shape: ImageShape, using random: inout RandomSource) -> [PixelBox] {
        (0..<count).map { _ in
            guard area > 0 else { return PixelBox(rows: 0..<0, columns: 0..<0) }
            let share = random.uniform(min(Self.least, area)...area)
            let ratio = random.uniform(1 / Self.stretch...Self.stretch)
            func side(_ extent: Int, _ part: Double) -> Int {
                min(max(Int((Double(extent) * part.squareRoot()).rounded()), 1), extent)
            }
            return .random(
                height: side(shape.height, share * ratio), width: side(shape.width, share / ratio),
                rows: shape.height, columns: shape.width, using: &random)
        }
    }
}

extension GrayVariation {
    /// What the settings say.
    init(_ settings: StrongSettings) {
        self.init(
            intensity: settings.intensity, blur: settings.blur, noise: settings.noise)
    }

    /// Each image of `[N, H, W, C]` varied by draws of its own.
    func varying(_ images: Tensor, using random: inout RandomSource, in context: ComputeContext)
        -> Tensor
    {
        let shape = ImageShape(
            height: images.shape.height, width: images.shape.width,
            channels: images.shape.channels)
        var values: [Float] = []
        values.reserveCapacity(images.count)
        let all = images.values
        for start in stride(from: 0, to: all.count, by: shape.count) {
            var image = Array(all[start..<start + shape.count])
            apply(to: &image, shape, using: &random)
            values += image
        }
        return Tensor(values, shape: images.shape, in: context)
    }
}
