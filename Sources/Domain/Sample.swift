/// One image of a data set with its masks, and what is known about both.
public struct Sample: Sendable {
    /// What is known beside the pixels.
    public let example: Example
    /// The extents of the image.
    public let shape: ImageShape
    /// `[H, W, C]`, normalised, channels innermost.
    public var image: [Float]
    /// `[H, W, K]`, each 0 or 1: whether the pixel belongs to the structure; zero without a mask.
    public var mask: [UInt8]

    /// An image with its masks, whose sizes must agree.
    public init(example: Example, shape: ImageShape, image: [Float], mask: [UInt8]) {
        precondition(
            image.count == shape.count && (shape.pixels == 0 || mask.count % shape.pixels == 0),
            "\(image.count) image and \(mask.count) mask values for \(shape.width) x "
                + "\(shape.height)")
        self.example = example
        self.shape = shape
        self.image = image
        self.mask = mask
    }

    /// K: how many structures the mask has.
    public var structures: Int { shape.pixels == 0 ? 0 : mask.count / shape.pixels }
}
