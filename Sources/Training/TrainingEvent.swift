/// What a run tells its observer while it goes on.
public enum TrainingEvent: Sendable {
    /// Training begins, or goes on after `epoch - 1` epochs and `step` steps of the next.
    case started(epochs: Int, stepsPerEpoch: Int, epoch: Int, step: Int)
    /// One optimiser step is done. `epoch` and `step` count from 1; `loss` is the main network's.
    case step(epoch: Int, step: Int, steps: Int, loss: Double, imagesPerSecond: Double)
    /// One epoch with its validation is done.
    case epoch(EpochReport)
    /// A checkpoint or weights are about to take the place of earlier ones: what was told so far
    /// has to be on the disk by then, or they are ahead of it after a power failure. An observer
    /// that throws prevents it.
    case saving
    /// Something that the user should know.
    case note(level: NoteLevel, message: String)
}

/// How much a note matters.
public enum NoteLevel: String, Sendable, Hashable {
    /// For the record.
    case info
    /// Something is not as expected, and the run goes on.
    case warning
}

/// The figures of one epoch.
public struct EpochReport: Sendable {
    /// Which epoch, from 1.
    public let epoch: Int
    /// How many there will be.
    public let epochs: Int
    /// Mean over the epoch's images of the main network's loss; here and below NaN is what a program
    /// did not tell.
    public let trainLoss: Double
    /// Mean over the epoch's images of every term of every loss, by name.
    public let trainTerms: [String: Double]
    /// Learning rate of the main network.
    public let learningRate: Double
    /// Figures of the validation images, by name ("dice", "loss", …); empty without such images.
    public let validation: [String: Double]
    /// Training throughput, validation left out.
    public let imagesPerSecond: Double
    /// Seconds of this epoch, validation included.
    public let seconds: Double
    /// Whether this epoch's weights are the best so far.
    public let isBest: Bool

    /// The figures of epoch `epoch` of `epochs`.
    public init(
        epoch: Int, epochs: Int, trainLoss: Double, trainTerms: [String: Double],
        learningRate: Double, validation: [String: Double], imagesPerSecond: Double,
        seconds: Double, isBest: Bool
    ) {
        self.epoch = epoch
        self.epochs = epochs
        self.trainLoss = trainLoss
        self.trainTerms = trainTerms
        self.learningRate = learningRate
        self.validation = validation
        self.imagesPerSecond = imagesPerSecond
        self.seconds = seconds
        self.isBest = isBest
    }
}
