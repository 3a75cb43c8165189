/// A run as reports see it: its cell of the grid and where it was trained.
public struct ReportRun: Sendable, Hashable {
    /// Number of the run.
    public let id: RunID
    /// Digest of its configuration.
    public let digest: String
    /// State; only completed runs have results.
    public let state: RunState
    /// Title of the data set: its registered name, and what tells drawn images and other files of
    /// that name apart.
    public let dataset: String
    /// Registered name of the network.
    public let model: String
    /// Registered name of the training procedure.
    public let procedure: String
    /// Registered name of the loss.
    public let loss: String
    /// Percent of the training split whose labels were used.
    public let labels: Double
    /// Seed.
    public let seed: Int64
    /// Planned epochs.
    public let epochs: Int
    /// By which of its curves it is judged; nil where the store does not say.
    public let objective: RunObjective?
    /// Epoch at which that was best.
    public let bestEpoch: Int?
    /// Number of the data set in the store.
    public let datasetID: Int64?
    /// Number of the split in the store.
    public let splitID: Int64?
    /// Training time in seconds.
    public let seconds: Double?
    /// Training speed in images a second.
    public let imagesPerSecond: Double?
    /// Why the run failed.
    public let error: String?
    /// Version of Lightbox that trained it.
    public let version: String?
    /// Git revision of the user's own folder, when known.
    public let revision: String?
    /// The code that made its results, when known.
    public let code: CodeIdentity?
    /// Processor.
    public let cpu: String?
    /// Threads of the run.
    public let threads: Int?
}

/// Which runs a report reads; empty lists and nil select everything.
public struct ReportSelection: Sendable, Hashable {
    /// Name of an experiment.
    public var experiment: String?
    /// Whether runs of cells that the experiment's file does not have are selected too.
    public var includesFormer = false
    /// Registered names or titles of data sets.
    public var datasets: [String] = []
    /// Registered names of networks.
    public var models: [String] = []
    /// Registered names of procedures.
    public var procedures: [String] = []
    /// Registered names of losses.
    public var losses: [String] = []
    /// Label percentages.
    public var labels: [Double] = []
    /// Seeds.
    public var seeds: [Int64] = []
    /// Settings by name; each must have one of the values, written as text.
    public var settings: [String: [String]] = [:]

    /// Selects every run.
    public init() {}
}

/// One metric of one evaluation.
public struct ReportResult: Sendable, Hashable {
    /// Images that were measured.
    public let images: Int
    /// Mean over the images; nil when not finite.
    public let mean: Double?
    /// Value over all pixels of all images together, where the metric has one.
    public let pooled: Double?

    /// Makes a result.
    public init(images: Int, mean: Double?, pooled: Double?) {
        self.images = images
        self.mean = mean
        self.pooled = pooled
    }
}

/// One image's value.
public struct ReportImageValue: Sendable, Hashable {
    /// Number of the image in the store.
    public let image: Int64
    /// The metric's value.
    public let value: Double
}

/// The images of a split that comparisons ask for, by number in the store.
public struct ReportSplit: Sendable, Hashable {
    /// Images that are trained on, labelled or not.
    public var train: Set<Int64> = []
    /// Images that are tested on.
    public var test: Set<Int64> = []

    /// A split without images.
    public init() {}
}

/// The class that a run told of an image.
public struct ReportPrediction: Sendable, Hashable {
    /// Number of the image in the store.
    public let image: Int64
    /// Its class.
    public let target: String
    /// The class told.
    public let predicted: String
    /// The probability with which it was told.
    public let probability: Double
}

/// A data set as the store knows it.
public struct ReportDataset: Sendable, Hashable {
    /// Number in the store.
    public let id: Int64
    /// Registered name.
    public let name: String
    /// The name under which its runs are shown.
    public let title: String
    /// Where its images come from.
    public let origin: DatasetRecord.Origin
    /// SHA-256 over the files' digests.
    public let fingerprint: String
    /// How many images it has.
    public let images: Int
    /// How many of them have masks.
    public let masks: Int
}

/// A figure printed in a paper.
public struct ReportPublished: Sendable, Hashable {
    /// Short name of the paper.
    public let paper: String
    /// Short name of its table.
    public let table: String
    /// Registered name of the data set.
    public let dataset: String
    /// Registered name of the network.
    public let model: String
    /// Registered name of the procedure.
    public let procedure: String
    /// Registered name of the loss.
    public let loss: String
    /// Label percentage.
    public let labels: Double
    /// Lightbox's name of the metric.
    public let metric: String
    /// The printed figure.
    public let value: Double
    /// The model's name in print.
    public let printedModel: String
    /// The metric's name in print.
    public let printedMetric: String
}
