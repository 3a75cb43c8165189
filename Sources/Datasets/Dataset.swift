/// A loaded dataset, ready to train from: every image and mask at one size, in memory.
public struct Dataset: Sendable {
    /// The registry name, such as `mcx`.
    public let name: String
    /// Side of the square images and masks, in pixels.
    public let side: Int
    /// The images' descriptions, sorted by id.
    public let examples: [Example]
    /// Names of the classes, indexed by `Example.classIndex`.
    public let classNames: [String]
    /// SHA-256 over the ids and contents of all files: independent of where they lie and in which
    /// order they were read.
    public let fingerprint: String
    /// `examples.count * side * side` gray values, normalised, example by example.
    public let images: [Float]
    /// As many mask values, 0 or 1; zero where there is no mask.
    public let masks: [UInt8]
    /// What was found odd, such as inverted masks; no errors: those stop the loading.
    public let findings: [DatasetFinding]
    /// Sets of examples whose images show the same, by index.
    public let twins: [[Int]]
    /// Whether the images were taken or drawn. No part of the fingerprint.
    public let origin: DatasetOrigin

    /// Wraps loaded arrays; their sizes must agree.
    public init(
        name: String, side: Int, examples: [Example], classNames: [String], fingerprint: String,
        images: [Float], masks: [UInt8], findings: [DatasetFinding] = [],
        twins: [[Int]] = [], origin: DatasetOrigin = .real
    ) {
        let count = examples.count * side * side
        precondition(
            images.count == count && masks.count == count,
            "\(images.count) image and \(masks.count) mask values for \(examples.count) examples "
                + "of \(side) x \(side)")
        self.name = name
        self.side = side
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

    /// The `side * side` values of one image.
    public func image(_ index: Int) -> ArraySlice<Float> {
        images[(index * side * side)..<((index + 1) * side * side)]
    }

    /// The `side * side` values of one mask, 0 or 1.
    public func mask(_ index: Int) -> ArraySlice<UInt8> {
        masks[(index * side * side)..<((index + 1) * side * side)]
    }
}
