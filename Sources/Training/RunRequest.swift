public import Datasets
public import Foundation
public import Losses
public import NN

/// Everything that one run needs: data, networks, loss, settings, seed.
public struct RunRequest: Sendable {
    /// The images.
    public let dataset: Dataset
    /// Who trains, validates and tests, and whose labels may be seen.
    public let split: DataSplit
    /// How to build the networks; this module knows no model by name.
    public let networks: NetworkFactory
    /// The segmentation loss (P1's L_seg), applied to probabilities.
    public let loss: any Loss
    /// Schedule, weights and rates.
    public let settings: TrainingSettings
    /// Fixes initialisation, shuffling and dropout.
    public let seed: UInt64
    /// The run's own folder, for weights and checkpoints; made when missing.
    public let folder: URL
    /// Written into every file of weights: model, loss, configuration, ….
    public let metadata: [String: String]
    /// Tells this configuration from any other; a checkpoint of another one is not continued.
    public let identity: String
    /// How many epochs, from the first on without a gap, whoever keeps the run's curves has. A
    /// checkpoint of a later one is not continued. Nil where nobody keeps any.
    public var recordedEpochs: Int?
    /// Epoch after which `shouldStop` will ask for a pause, where that is known; what cannot be asked
    /// after each epoch has to know it before.
    public var pauseAfter: Int?
    /// The files of an example's masks, by its id; empty where nobody asked for them.
    public var maskFiles: [String: [String]] = [:]

    /// Puts a request together.
    public init(
        dataset: Dataset, split: DataSplit, networks: NetworkFactory, loss: any Loss,
        settings: TrainingSettings, seed: UInt64, folder: URL, metadata: [String: String] = [:],
        identity: String = ""
    ) {
        self.dataset = dataset
        self.split = split
        self.networks = networks
        self.loss = loss
        self.settings = settings
        self.seed = seed
        self.folder = folder
        self.metadata = metadata
        self.identity = identity
    }
}

/// Builds the networks of a procedure; each draws its initial weights from the initialiser.
public struct NetworkFactory: Sendable {
    /// Makes the segmentor, from images of `channels` to a map for each of `structures`.
    public typealias Segmentor =
        @Sendable (_ channels: Int, _ structures: Int, inout Initialiser)
        -> any SegmentationNetwork
    /// Makes a classifier or discriminator, from maps of `inputChannels` channels together to
    /// logits `[N, outputs]`.
    public typealias Classifier =
        @Sendable (_ inputChannels: Int, _ outputs: Int, inout Initialiser)
        -> any ClassificationNetwork

    /// The segmentor.
    public let segmentor: Segmentor
    /// The classifier or discriminator.
    public let classifier: Classifier

    /// A factory of these two.
    public init(segmentor: @escaping Segmentor, classifier: @escaping Classifier) {
        self.segmentor = segmentor
        self.classifier = classifier
    }
}
