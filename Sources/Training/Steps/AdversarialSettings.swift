public import Settings

/// The settings of procedures that train a segmentor against a critic (`AdversarialPair`).
public struct AdversarialSettings: SettingGroup {
    /// Learning rate of the discriminator (P1 prints 1e-4).
    public var learningRate = 1e-4
    /// Weight of the adversarial term in the segmentor's loss (P2: 0.01).
    public var weight = 0.01
    /// Whether the segmentor sees unlabelled images in one batch with the labelled ones.
    public var unlabelledPass = UnlabelledPass.joint
    /// What the critic sees.
    public var input = CriticInput.pair
    /// Wrong masks of labelled images that the critic is shown as predicted ones.
    public var negatives = CriticNegatives.none
    /// Whether the critic is shown predicted masks of unlabelled images. Without them every image that
    /// it learns from comes with a true and with a predicted mask, so the image tells it nothing.
    public var showsUnlabelled = true
    /// Whether the critic sees true and predicted pairs in one batch.
    public var batches = CriticBatches.separate

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<AdversarialSettings> = [
        .number(
            "learning-rate-discriminator", \.learningRate, 0...1e38,
            "learning rate of the discriminator"),
        .number(
            "adversarial-weight", \.weight, 0...1e3,
            "weight of the adversarial term of the segmentor"),
        .choice(
            "unlabelled-pass", \.unlabelledPass,
            "whether unlabelled images share the labelled ones' batch statistics"),
        .choice("critic-input", \.input, "what the discriminator sees of image and mask"),
        .choice(
            "critic-negatives", \.negatives,
            "wrong masks of labelled images shown as predicted ones"),
        .flag(
            "critic-unlabelled", \.showsUnlabelled,
            "the discriminator learns that masks of unlabelled images are predicted"),
        .choice(
            "critic-pass", \.batches, "whether true and predicted masks share batch statistics"),
    ]
}

/// How the segmentor sees the unlabelled images of a step, by names in experiment files.
public enum UnlabelledPass: String, Sendable, CaseIterable {
    /// In one batch with the labelled images: both are normalised by statistics of all.
    case joint
    /// In a pass of their own, normalised by their own statistics; the running statistics, which
    /// normalise in evaluation, are those of the labelled images.
    case separate
    /// In a pass of their own, normalised by the labelled images' running statistics, as in
    /// evaluation.
    case running
}
