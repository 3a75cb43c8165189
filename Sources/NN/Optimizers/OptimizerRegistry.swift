/// Every optimiser; a new one is one file and one line here.
public enum OptimizerRegistry {
    /// All optimisers; the first is the default.
    public static let all: [OptimizerEntry] = [.adam]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The optimiser of that name.
    public static func find(_ name: String) -> OptimizerEntry? { all.first { $0.name == name } }
}
