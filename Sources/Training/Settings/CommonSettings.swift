public import Datasets
public import Domain
internal import NN
public import Settings

/// The settings that every run has: schedule, optimiser, data, running.
public struct CommonSettings: SettingGroup {
    // MARK: Schedule and optimiser

    /// Passes over the training images.
    public var epochs = 300
    /// Steps of an epoch; 0 makes an epoch one pass (over the larger part, where there are two).
    public var stepsPerEpoch = 0
    /// Images a step (labelled images a step for the semi-supervised procedures).
    public var batch = 16
    /// Pixels to which images and masks are resized.
    public var image: ImageSize = 128
    /// Optimiser of every network, by its name in the registry.
    public var optimizer = "adam"
    /// Learning rate of the segmentor (or of the classifier where there is no segmentor).
    public var learningRate = 1e-3
    /// How all learning rates change over the run's steps.
    public var learningRateSchedule = LearningRateSchedule.constant

    // MARK: Data

    /// The structures that are trained, a map each; empty for the data set's own.
    public var structures: [String] = []
    /// Whether the structures exclude each other: a softmax with background over them.
    public var exclusive = false
    /// Scaling of gray values of each image.
    public var normalisation = Normalisation.minMax
    /// What images have at a pixel.
    public var channels = ImageChannels.gray
    /// What becomes of images of another shape than `image`.
    public var resize = Resize.stretch
    /// How training images are varied, anew in every epoch.
    public var augmentation = AugmentationSettings()
    /// What happens to images without a mask in releases where some have none.
    public var unmasked = LoadOptions.UnmaskedImages.skip
    /// How images are divided into training, validation and test sets.
    public var split = SplitKind.stratified
    /// Seed of the division and of the labelled part; nil takes the run's seed.
    public var splitSeed: Int?
    /// How many training images have labels that may be used; nil for the share that `labels` says.
    public var labelledImages: Int?
    /// How many folds the images are divided into, each tested by a run of its own; `none` has one
    /// test part, `sites` a fold for each place of the data set.
    public var folds = Self.noFolds
    /// The fold that the run tests, from 1, or the site; `none` where there are no folds.
    public var fold = Self.noFolds

    /// No folds.
    public static let noFolds = NumberOrWord.word("none")

    // MARK: Running (no influence on the result)

    /// Epochs between two checkpoints that a killed run can continue from; 0 saves none.
    public var checkpointEvery = 10
    /// Seconds after which a run is ended as failed; 0 sets no limit.
    public var maxSeconds = 0.0
    /// The images whose predicted masks are kept with the run.
    public var keepMasks = KeptPart.none

    /// Whether segmentors keep the results of their blocks alone and compute the rest again in the
    /// backward pass: less memory, more time, the same bits.
    public var recomputes = false

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<CommonSettings> = [
        .integer("epochs", \.epochs, 1...100_000, "passes over the training images"),
        .integer(
            "steps-per-epoch", \.stepsPerEpoch, 0...1_000_000,
            "steps of an epoch; 0: one pass over the images"),
        .integer("batch", \.batch, 1...4096, "images a step"),
        .size(
            "image", \.image, 16...2048, "side of the images, or [height, width]"),
        .name(
            "optimizer", \.optimizer, of: OptimizerRegistry.names,
            "optimiser of every network"),
        .number(
            "learning-rate", \.learningRate, 0...1e38, "learning rate of the segmentor"),
        .choice(
            "learning-rate-schedule", \.learningRateSchedule,
            "how both learning rates change over the run"),
        .names(
            "structures", \.structures, otherwise: "default",
            where: { Structure.isName($0) || $0 == Structure.all },
            "structures that are segmented; all: every drawn one"),
        .flag("exclusive", \.exclusive, "a pixel shows one structure at most (softmax)"),
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
        .integer(
            "split-seed", \.splitSeed, 0...Int.max, otherwise: "seed",
            "seed of the division and of the labelled part; seed: the run's"),
        .integer(
            "folds", \.folds, 2...100, words: ["none", "sites"],
            "folds of a cross-validation, a run each; sites: one a hospital"),
        .integer(
            "fold", \.fold, 1...100,
            words: ["none"] + DatasetRegistry.sites,
            "the fold that is tested; all of them where nothing is said"),
        .integer(
            "labelled-images", \.labelledImages, 1...1_000_000, otherwise: "percent",
            "training images with labels; percent: as labels says"),
        .choice(
            "keep-masks", \.keepMasks, identity: false,
            "images whose predicted masks are kept with the run"),
        .choice("resize", \.resize, "what becomes of images of another shape"),
        .flag(
            "recompute", \.recomputes, identity: false,
            "less memory: blocks are computed again in the backward pass"),
        .choice("channels", \.channels, "whether images are trained in gray or in colours"),
    ]
}

extension CommonSettings {
    /// How images become what networks see.
    public var preparation: ImagePreparation {
        ImagePreparation(
            shape: image.shape(channels: channels.count), resize: resize,
            normalisation: normalisation)
    }
}

/// Images whose predicted masks a run keeps, by their names in experiment files.
public enum KeptPart: String, Sendable, CaseIterable {
    /// None: pictures come from the weights.
    case none
    /// The test images.
    case test
}

/// Ways to divide a data set by their names in experiment files.
public enum SplitKind: String, Sendable, CaseIterable {
    /// By class, and by patient where ids exist.
    case stratified
    /// Without regard to class, as P1's test sets suggest.
    case paper
    /// Without regard to class, 713 : 42 : 139 as P2's patches.
    case patches

    /// How much is tested and validates.
    public var shares: SplitShares { self == .patches ? .patches : .standard }
}
