public import Domain

/// How a data set is brought into memory.
public struct LoadOptions: Sendable {
    /// How images and masks become what networks see.
    public var preparation: ImagePreparation
    /// Names of the structures whose masks are read, a map each; empty for those of the data set.
    public var structures: [String]
    /// Whether no pixel may belong to two of the structures.
    public var exclusive = false
    /// What happens to images without a mask in releases where some have none.
    public var unmasked: UnmaskedImages
    /// Whether some image has to have a mask: not where none of them is read.
    public var needsMasks = true
    /// What the `phantom` data set draws.
    public var phantom: PhantomOptions
    /// Where decoded data sets are kept between runs; nil decodes every time.
    public var cache: DatasetCache?
    /// Called from any thread with the number of decoded images and their total.
    public var progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?

    /// What happens to images without a mask.
    public enum UnmaskedImages: String, Sendable, CaseIterable, Codable {
        /// They are left out.
        case skip
        /// They join the training split, as unlabelled or for classification only.
        case include
    }

    /// Options for gray squares of `side` pixels, with the published pipeline's values.
    public init(
        side: Int = 128, normalisation: Normalisation = .minMax, structures: [String] = [],
        unmasked: UnmaskedImages = .skip,
        phantom: PhantomOptions = PhantomOptions(), cache: DatasetCache? = .standard(),
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) {
        preparation = ImagePreparation(shape: .square(side), normalisation: normalisation)
        self.structures = structures
        self.unmasked = unmasked
        self.phantom = phantom
        self.cache = cache
        self.progress = progress
    }
}
