public import Domain

/// A cell of a grid: what is to be trained.
public struct RunDescription: Sendable, Hashable {
    /// Its identity.
    public var configuration: RunConfiguration
    /// Registry name of the data set, such as `mcx`.
    public var dataset: String
    /// Digest over the data set's files, by which the store tells those of one name apart; empty
    /// when unknown.
    public var fingerprint: String
    /// Registry name of the model, such as `unet`.
    public var model: String
    /// Registry name of the procedure, such as `supervised`.
    public var procedure: String
    /// Registry name of the loss, such as `kltv`.
    public var loss: String
    /// Percent of the training images whose labels are used, over 0 up to 100.
    public var labels: Double
    /// Seed of everything random.
    public var seed: UInt64
    /// Epochs to train.
    public var epochs: Int
    /// Settings to list in `param`, by name; all of them, also those that are defaults.
    public var parameters: [String: JSONValue]
    /// By which of its curves it is judged.
    public var objective: RunObjective

    /// A run to be.
    public init(
        configuration: RunConfiguration, dataset: String, fingerprint: String = "",
        model: String, procedure: String, loss: String, labels: Double, seed: UInt64, epochs: Int,
        parameters: [String: JSONValue] = [:], objective: RunObjective = .validationDice
    ) {
        self.configuration = configuration
        self.dataset = dataset
        self.fingerprint = fingerprint
        self.model = model
        self.procedure = procedure
        self.loss = loss
        self.labels = labels
        self.seed = seed
        self.epochs = epochs
        self.parameters = parameters
        self.objective = objective
    }
}

/// A cell as the store has it.
public struct PlannedRun: Sendable, Hashable {
    /// Number of the run.
    public let id: RunID
    /// Digest of its configuration.
    public let digest: String
    /// Its state; `running` only while its lease holds.
    public let state: RunState
    /// Why it failed, when it did.
    public let error: String?
    /// The code that made its results, as far as it has any; nil when unknown.
    public let code: CodeIdentity?
}
