public import Domain
public import NN
public import Settings
public import TensorCore

/// A way to train: which networks there are, what a step does, what is evaluated.
///
/// Conformers hold no state; one value may serve many runs at once, each with its own context.
public protocol Procedure: Sendable {
    /// Refuses what cannot be trained, before anything is computed.
    func check(_ request: RunRequest) throws

    /// Trains from the start, or from the checkpoint in the request's folder.
    ///
    /// Bit for bit the same for the same request, with any number of threads, and however often
    /// the run was interrupted and continued.
    ///
    /// - Parameters:
    ///   - observer: told of every step and epoch, from this thread; an error that it throws ends
    ///     the run.
    ///   - shouldStop: asked after each step and after each epoch but the last; true saves a
    ///     checkpoint and throws `TrainingError.interrupted`.
    /// - Throws: `TrainingError`, `SafetensorsError`, and what the observer throws.
    func run(
        _ request: RunRequest, context: ComputeContext,
        observer: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> RunOutcome

    /// What trained weights achieve on the test images of the request, exactly as a run that ends
    /// measures its own.
    ///
    /// - Parameter weights: all tensors of the procedure's networks, under the names of its files.
    /// - Throws: `TrainingError.wrongWeights` where they are another network's.
    func evaluate(
        _ request: RunRequest, weights: [NamedTensor], as kind: WeightsKind,
        context: ComputeContext
    ) throws -> Evaluation
}

/// A procedure as experiment files and reports know it.
public struct ProcedureEntry: Sendable {
    /// What a procedure gives.
    public struct Results: OptionSet, Sendable {
        /// One bit a result.
        public let rawValue: Int

        /// From bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Masks.
        public static let masks = Results(rawValue: 1)
        /// Classes.
        public static let classes = Results(rawValue: 2)
    }

    /// Networks that a procedure trains, and whose settings it therefore has.
    public struct Trained: OptionSet, Sendable {
        /// One bit a network.
        public let rawValue: Int

        /// From bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// The model that the cell names, with the cell's loss.
        public static let segmentor = Trained(rawValue: 1)
        /// A classifier or a critic.
        public static let classifier = Trained(rawValue: 2)
    }

    /// The name in experiment files, SQL and JSON.
    public let name: String
    /// The name in tables.
    public let title: String
    /// Where the method comes from.
    public let citation: String
    /// What it gives.
    public let results: Results
    /// Which networks it trains.
    public let trains: Trained
    /// The network that the method's name stands for in tables; nil where it stands for none.
    public var network: String?
    /// The settings that it has besides those of all runs, of its networks and of the loss.
    public var settings: [any SettingGroup.Type] = []
    /// The procedure.
    public let make: @Sendable () -> any Procedure
}

/// Every procedure; a new one is one file and one line here.
public enum ProcedureRegistry {
    /// All procedures.
    public static let all: [ProcedureEntry] = [
        .supervised, .classification, .appauNet, .s2mcl, .s4mcl,
    ]

    /// The procedure of that name.
    public static func find(_ name: String) -> ProcedureEntry? { all.first { $0.name == name } }
}
