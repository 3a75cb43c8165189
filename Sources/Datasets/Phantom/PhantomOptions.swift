/// What a phantom data set consists of.
public struct PhantomOptions: Sendable, Hashable {
    /// Number of images.
    public var count: Int
    /// Pixels of an image.
    public var size: PhantomSize
    /// Decides every shape; image `i` is the same whatever the count.
    public var seed: UInt64

    /// What a folder of one's own has masks of: names of `PhantomStructures`.
    public var structures = ["lungs"]
    /// How such a folder shows several structures.
    public var masks = PhantomMasks.folders

    /// Options; the defaults make a set that trains in minutes.
    public init(count: Int = 64, size: PhantomSize = .square(256), seed: UInt64 = 1) {
        self.count = count
        self.size = size
        self.seed = seed
    }
}

/// The size of drawn images.
public enum PhantomSize: Sendable, Hashable {
    /// A square of that side, 32...8192 pixels.
    case square(Int)
    /// The release's own size: 4892 x 4020 or 4020 x 4892 (Montgomery), 3000 x 3000 (Shenzhen),
    /// 2048 x 2048 (JSRT and a folder of one's own), 256 x 256 (vertebra patches).
    case original

    /// Pixels of the side, or `original`.
    var text: String {
        switch self {
        case .square(let side): String(side)
        case .original: "original"
        }
    }
}

/// The official layouts in which phantoms are written.
public enum PhantomLayout: String, Sendable, CaseIterable, Codable {
    /// Montgomery.
    case mcx
    /// Shenzhen.
    case scx
    /// JSRT with SCR masks.
    case jcx
    /// Vertebra patches.
    case spine
    /// A folder of one's own, which describes itself.
    case folder
}
