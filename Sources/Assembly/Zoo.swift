public import Datasets
public import Losses
public import Models
import Programs
public import Specification
public import Training

/// Everything that a grid can name.
public struct Zoo: Sendable {
    /// The data sets, models, losses and procedures, in the order of their registries.
    public var datasets: [DatasetEntry], models: [ModelEntry], losses: [LossEntry]
    /// See `datasets`.
    public var procedures: [ProcedureEntry]

    /// All that the registries hold.
    public static var standard: Zoo {
        Zoo(
            datasets: DatasetRegistry.all, models: ModelRegistry.all, losses: LossRegistry.all,
            procedures: ProcedureRegistry.all)
    }

    /// A zoo of these entries.
    public init(
        datasets: [DatasetEntry], models: [ModelEntry], losses: [LossEntry],
        procedures: [ProcedureEntry]
    ) {
        self.datasets = datasets
        self.models = models
        self.losses = losses
        self.procedures = procedures
    }

    /// The names, for reading experiment files.
    public func vocabulary(reports: [String]) -> Vocabulary {
        Vocabulary(
            datasets: datasets.map(\.name), models: models.map(\.name),
            losses: losses.map(\.name), procedures: procedures.map(\.name), reports: reports,
            objectives: Dictionary(
                (procedures + [.program]).map { ($0.name, $0.objectives) },
                uniquingKeysWith: { a, _ in a }),
            sites: Dictionary(
                datasets.map { ($0.name, $0.sites) }, uniquingKeysWith: { a, _ in a }))
    }
}

extension ProcedureEntry {
    /// Training by a program, as far as searches ask: it is in no registry, for a grid cannot name it.
    package static let program = ProcedureEntry(
        TrainingProgram.procedure, title: "Program", citation: "the program's own",
        results: [.masks, .classes], trains: [],
        make: { preconditionFailure("a program's procedure is made from its cell") })
}
