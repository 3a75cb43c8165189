/// The names that a grid may use, gathered from the registries.
public struct Vocabulary: Sendable {
    /// Names of data sets, models, losses, training procedures and reports, in registry order.
    public var datasets: [String], models: [String], losses: [String]
    /// See `datasets`.
    public var procedures: [String], reports: [String]

    /// A vocabulary of those names.
    public init(
        datasets: [String], models: [String], losses: [String], procedures: [String],
        reports: [String]
    ) {
        self.datasets = datasets
        self.models = models
        self.losses = losses
        self.procedures = procedures
        self.reports = reports
    }
}
