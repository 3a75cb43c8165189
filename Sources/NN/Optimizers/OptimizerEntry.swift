public import TensorCore

/// An optimiser as experiment files know it.
public struct OptimizerEntry: Sendable {
    /// The name in experiment files, SQL and JSON.
    public let name: String
    /// Where the method comes from.
    public let citation: String
    /// The optimiser of these parameters.
    public let make:
        @Sendable ([Parameter], _ learningRate: Double, ComputeContext) -> any Optimizer

    /// Describes an optimiser.
    public init(
        _ name: String, citation: String,
        make: @escaping @Sendable ([Parameter], Double, ComputeContext) -> any Optimizer
    ) {
        self.name = name
        self.citation = citation
        self.make = make
    }
}
