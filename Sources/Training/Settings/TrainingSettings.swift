public import Datasets
public import Domain
public import Losses

/// Everything that says how a cell is trained, besides its data set, model, loss, procedure,
/// labels and seed.
///
/// The properties hold the values; `fields` (in `TrainingSettings+Fields.swift`) names them for
/// experiment files, command-line options, the store and the canonical configuration. A new
/// setting is a property here and a row there.
public struct TrainingSettings: Sendable, Hashable {
    // MARK: Schedule and optimiser

    /// Passes over the training images.
    public var epochs = 300
    /// Steps of an epoch; 0 makes an epoch one pass (over the larger part, where there are two).
    public var stepsPerEpoch = 0
    /// Images a step (labelled images a step for the semi-supervised procedures).
    public var batch = 16
    /// Side in pixels to which images and masks are resized.
    public var image = 128
    /// Base width `b` of the networks of methods section 3.
    public var width = 32
    /// Optimiser of every network.
    public var optimizer = OptimizerKind.adam
    /// Learning rate of the segmentor (or of the classifier where there is no segmentor).
    public var learningRate = 1e-3
    /// Learning rate of the discriminator (P1 prints 1e-4).
    public var learningRateDiscriminator = 1e-4
    /// How both learning rates change over the run's steps.
    public var learningRateSchedule = LearningRateSchedule.constant
    /// Fraction of the running statistics that batch normalisation keeps at each step.
    public var batchNormMomentum = 0.9

    // MARK: Segmentation losses

    /// Weight of false positives in the Tversky index.
    public var tverskyAlpha = 0.3
    /// Weight of false negatives in the Tversky index.
    public var tverskyBeta = 0.7
    /// Smoothing term of the Tversky index.
    public var tverskySmooth = 1e-5
    /// Clip of probabilities and targets in the absolute KL term.
    public var klClip = 1e-7
    /// Weight `a` of the KL or cross-entropy term of a combined loss.
    public var lossA = 1.0
    /// Weight `b` of the Tversky term of a combined loss.
    public var lossB = 1.0
    /// Exponent of the focal Tversky loss.
    public var focalGamma = 0.75
    /// Whether the sums inside a loss run over each image or over the whole batch.
    public var lossReduction = LossReduction.perImage
    /// Weights of the side outputs, coarse to fine (P1 Eq. 1).
    public var sideWeights = [0.1, 0.2, 0.3, 0.4]

    // MARK: Adversarial and semi-supervised terms

    /// Weight of the adversarial term in the segmentor's loss (P2: 0.01).
    public var adversarialWeight = 0.01
    /// Weight alpha of the terms over unlabelled images (S4MCL).
    public var unlabelledWeight = 1.0
    /// Weight of the adversarial terms in the classifier's loss (S4MCL).
    public var classifierAdversarialWeight = 1.0
    /// Whether the segmentor sees unlabelled images in one batch with the labelled ones.
    public var unlabelledPass = UnlabelledPass.joint
    /// Whether the classifier also learns classes from predicted masks of labelled images.
    public var ceOnPrediction = true
    /// Self-supervised transformations that S4MCL's classifier must recognise.
    public var transforms = TransformSet.rotationsAndFlips
    /// Dropout rate of the discriminator.
    public var discriminatorDropout = 0.4

    // MARK: Network and data

    /// Whether the finest skip connection has an attention gate too (P1's words; not its sources).
    public var gateLevel1 = false
    /// Scaling of grey values of each image.
    public var normalisation = Normalisation.minMax
    /// How training images are varied, anew in every epoch.
    public var augmentation = AugmentationSettings()
    /// What happens to images without a mask in releases where some have none.
    public var unmasked = LoadOptions.UnmaskedImages.skip
    /// How images are divided into training, validation and test sets.
    public var split = SplitKind.stratified

    // MARK: Running (no influence on the result)

    /// Epochs between two checkpoints that a killed run can continue from; 0 saves none.
    public var checkpointEvery = 10
    /// Seconds after which a run is ended as failed; 0 sets no limit.
    public var maxSeconds = 0.0

    /// The defaults of methods.md.
    public init() {}

    /// The extents of images as the networks see them.
    public var imageShape: ImageShape { .square(image) }
}

/// Optimisers by their names in experiment files.
public enum OptimizerKind: String, Sendable, CaseIterable {
    case adam
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

/// Sets of self-supervised transformations by their names in experiment files.
public enum TransformSet: String, Sendable, CaseIterable {
    /// Rotations by 0, 90, 180 and 270 degrees and both flips: six classes.
    case rotationsAndFlips = "rotations-flips"
    /// The four rotations only.
    case rotations
}

/// Ways to divide a data set by their names in experiment files.
public enum SplitKind: String, Sendable, CaseIterable {
    /// By class, and by patient where ids exist.
    case stratified
    /// Without regard to class, as P1's test sets suggest.
    case paper
}
