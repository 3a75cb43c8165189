internal import Datasets
internal import Losses

extension TrainingSettings {
    /// Every setting: the one source of its name, range, default and help.
    ///
    /// Experiment files, `lightbox train` options, the store's `param` rows and the canonical
    /// configuration all read this table.
    public static let fields: [SettingField] = [
        .integer("epochs", \.epochs, 1...100_000, "passes over the training images"),
        .integer(
            "steps-per-epoch", \.stepsPerEpoch, 0...1_000_000,
            "steps of an epoch; 0: one pass over the images"),
        .integer("batch", \.batch, 1...4096, "images a step"),
        .multiple(
            "image", \.image, of: 16, 16...2048,
            "side of the images, a multiple of 16"),
        .integer("width", \.width, 1...512, "base width b of the network"),
        .choice("optimizer", \.optimizer, "optimiser of every network"),
        .number(
            "learning-rate", \.learningRate, 0...1e38, "learning rate of the segmentor"),
        .number(
            "learning-rate-discriminator", \.learningRateDiscriminator, 0...1e38,
            "learning rate of the discriminator"),
        .choice(
            "learning-rate-schedule", \.learningRateSchedule,
            "how both learning rates change over the run"),
        .number(
            "batch-norm-momentum", \.batchNormMomentum, 0...1,
            "share of the running statistics kept at each step"),

        .number("tversky-alpha", \.tverskyAlpha, 0...10, "weight of false positives"),
        .number("tversky-beta", \.tverskyBeta, 0...10, "weight of false negatives"),
        .number("tversky-smooth", \.tverskySmooth, 0...1000, "smoothing of the Tversky index"),
        .number("kl-clip", \.klClip, 1e-12...0.49, "clip of probabilities in the KL term"),
        .number("loss-a", \.lossA, 0...1e6, "weight of the KL or cross-entropy term"),
        .number("loss-b", \.lossB, 0...1e6, "weight of the Tversky term"),
        .number("focal-gamma", \.focalGamma, 0...10, "exponent of the focal Tversky loss"),
        .choice("loss-reduction", \.lossReduction, "what the sums inside a loss run over"),
        .numbers(
            "side-weights", \.sideWeights, count: 4, 0...1e3,
            "weights of the side outputs, coarse to fine"),

        .number(
            "adversarial-weight", \.adversarialWeight, 0...1e3,
            "weight of the adversarial term of the segmentor"),
        .number(
            "unlabelled-weight", \.unlabelledWeight, 0...1e3,
            "weight of the terms over unlabelled images"),
        .number(
            "classifier-adversarial-weight", \.classifierAdversarialWeight, 0...1e3,
            "weight of the adversarial terms of the classifier"),
        .choice(
            "unlabelled-pass", \.unlabelledPass,
            "whether unlabelled images share the labelled ones' batch statistics"),
        .flag(
            "ce-on-prediction", \.ceOnPrediction,
            "learn classes from predicted masks of labelled images too"),
        .choice("transforms", \.transforms, "surrogate classes of self-supervision"),
        .number(
            "discriminator-dropout", \.discriminatorDropout, 0...0.95,
            "dropout rate of the discriminator"),

        .flag("gate-level-1", \.gateLevel1, "gate the finest skip connection too"),
        .choice("normalisation", \.normalisation, "scaling of grey values"),
        .number("augment-flip", \.augmentation.flip, 0...1, "probability of a mirrored image"),
        .number("augment-rotate", \.augmentation.rotate, 0...180, "largest rotation in degrees"),
        .number(
            "augment-shift", \.augmentation.shift, 0...0.5, "largest shift as a share of the side"),
        .number("augment-scale", \.augmentation.scale, 0...0.9, "largest change of size"),
        .number("augment-intensity", \.augmentation.intensity, 0...1, "largest change of grey"),
        .number(
            "augment-elastic", \.augmentation.elastic, 0...32, "elastic deformation in pixels"),
        .choice("unmasked", \.unmasked, "what happens to images that have no mask"),
        .choice("split", \.split, "division into training, validation and test images"),

        .integer(
            "checkpoint-every", \.checkpointEvery, 0...100_000, identity: false,
            "epochs between two checkpoints; 0 saves none"),
        .number(
            "max-seconds", \.maxSeconds, 0...1e9, identity: false,
            "seconds after which a run fails; 0 sets no limit"),
    ]

    /// The field of that name.
    public static func field(_ name: String) -> SettingField? { fieldsByName[name] }

    private static let fieldsByName = Dictionary(
        uniqueKeysWithValues: fields.map { ($0.name, $0) })

    /// The fields of a run's identity whose value is not the default, in the table's order.
    ///
    /// A setting that a later version adds has its default in every older configuration, so
    /// identities stay as they are.
    public var nonDefaultIdentity: [(name: String, value: SettingValue)] {
        Self.fields.compactMap { field in
            let value = field.value(in: self)
            guard field.isPartOfIdentity, value != field.defaultValue else { return nil }
            return (field.name, value)
        }
    }
}
