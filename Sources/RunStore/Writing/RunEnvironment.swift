/// Where and with what a run is trained.
public struct RunEnvironment: Sendable, Hashable {
    /// Version of Lightbox.
    public var version: String
    /// The code of the program; nil when it does not know.
    public var code: CodeIdentity?
    /// Git revision of the folder of the experiment file: the user's own, not Lightbox's; nil when
    /// it has none.
    public var gitRevision: String?
    /// Model name of the processor.
    public var cpu: String
    /// Threads that train.
    public var threads: Int

    /// An environment.
    public init(
        version: String, code: CodeIdentity? = nil, gitRevision: String? = nil, cpu: String,
        threads: Int
    ) {
        self.version = version
        self.code = code
        self.gitRevision = gitRevision
        self.cpu = cpu
        self.threads = threads
    }
}

/// How far a running run is.
public struct RunProgress: Sendable, Hashable {
    /// Epoch, from 1.
    public var epoch: Int
    /// Step within the epoch, from 1, and steps an epoch.
    public var step: Int, steps: Int
    /// Latest training loss; nil before the first.
    public var loss: Double?
    /// Latest validation Dice, 0...1; nil before the first.
    public var validationDice: Double?
    /// Images trained a second.
    public var imagesPerSecond: Double?

    /// Progress.
    public init(
        epoch: Int, step: Int, steps: Int, loss: Double? = nil, validationDice: Double? = nil,
        imagesPerSecond: Double? = nil
    ) {
        self.epoch = epoch
        self.step = step
        self.steps = steps
        self.loss = loss
        self.validationDice = validationDice
        self.imagesPerSecond = imagesPerSecond
    }
}

/// What a completed run took.
public struct RunSummary: Sendable, Hashable {
    /// Epoch whose weights were kept as the best; nil takes the first at which the run's objective was
    /// best.
    public var bestEpoch: Int?
    /// Seconds of training and evaluation.
    public var seconds: Double
    /// Images trained a second, on average.
    public var imagesPerSecond: Double?
    /// Most memory used, bytes.
    public var peakMemory: Int64?

    /// A summary.
    public init(
        bestEpoch: Int? = nil, seconds: Double, imagesPerSecond: Double? = nil,
        peakMemory: Int64? = nil
    ) {
        self.bestEpoch = bestEpoch
        self.seconds = seconds
        self.imagesPerSecond = imagesPerSecond
        self.peakMemory = peakMemory
    }
}
