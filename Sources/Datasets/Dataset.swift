public import Domain

/// A loaded data set, ready to train from: every image and mask at one size, in memory.
public struct Dataset: Sendable {
    /// The registry name, such as `mcx`.
    public let name: String
    /// The extents of every image.
    public let shape: ImageShape
    /// What became of files of another shape.
    public let resize: Resize
    /// What each of the K masks of an image shows.
    public let structures: [String]
    /// The images' descriptions, sorted by id.
    public let examples: [Example]
    /// Names of the classes, indexed by `Example.classIndex`.
    public let classNames: [String]
    /// SHA-256 over the ids and contents of all files: independent of where they lie and in which
    /// order they were read.
    public let fingerprint: String
    /// `[N, H, W, C]` values, normalised, example by example.
    public let images: [Float]
    /// `[N, H, W, K]` mask values, 0 or 1; zero where there is no mask.
    public let masks: [UInt8]
    /// What was found odd, such as inverted masks; no errors: those stop the loading.
    public let findings: [DatasetFinding]
    /// Sets of examples whose images show the same, by index.
    public let twins: [[Int]]
    /// Whether the images were taken or drawn. No part of the fingerprint.
    public let origin: DatasetOrigin

    /// Wraps loaded arrays; their sizes must agree.
    public init(
        name: String, shape: ImageShape, resize: Resize = .stretch,
        structures: [String] = ["mask"], examples: [Example],
        classNames: [String], fingerprint: String, images: [Float], masks: [UInt8],
        findings: [DatasetFinding] = [], twins: [[Int]] = [], origin: DatasetOrigin = .real
    ) {
        precondition(
            images.count == examples.count * shape.count
                && masks.count == examples.count * shape.pixels * structures.count,
            "\(images.count) image and \(masks.count) mask values for \(examples.count) examples "
                + "of \(shape.width) x \(shape.height)")
        self.name = name
        self.shape = shape
        self.resize = resize
        self.structures = structures
        self.examples = examples
        self.classNames = classNames
        self.fingerprint = fingerprint
        self.images = images
        self.masks = masks
        self.findings = findings
        self.twins = twins
        self.origin = origin
    }

    /// The findings as a sentence each.
    public var notes: [String] { findings.map(\.sentence) }

    /// The `[H, W, C]` values of one image.
    public func image(_ index: Int) -> ArraySlice<Float> {
        images[(index * shape.count)..<((index + 1) * shape.count)]
    }

    /// The `[H, W, K]` values of one image's masks, 0 or 1.
    public func mask(_ index: Int) -> ArraySlice<UInt8> {
        let count = shape.pixels * structures.count
        return masks[(index * count)..<((index + 1) * count)]
    }

    /// The mask of one structure of one image.
    public func mask(_ index: Int, of structure: Int) -> BinaryMask {
        let mask = mask(index)
        let pixels =
            structures.count == 1
            ? Array(mask)
            : stride(from: mask.startIndex + structure, to: mask.endIndex, by: structures.count)
                .map { mask[$0] }
        return BinaryMask(pixels, height: shape.height, width: shape.width)
    }

    /// Where the file of an image lies in what networks see.
    public func placement(_ index: Int) -> ImagePlacement {
        ImagePlacement(
            of: ImageSize(
                height: examples[index].originalHeight, width: examples[index].originalWidth),
            in: shape.size, by: resize)
    }

    /// One image with its masks, without the padding around them; all zero where they must not be
    /// read.
    public func sample(_ index: Int, withMask: Bool = true) -> Sample {
        let (placement, channels) = (placement(index), shape.channels)
        let mask = placement.cut(mask(index), channels: structures.count)
        return Sample(
            example: examples[index], shape: placement.visible.shape(channels: channels),
            image: placement.cut(image(index), channels: channels),
            mask: withMask ? mask : [UInt8](repeating: 0, count: mask.count))
    }
}
