public import Settings

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
    public let network: String?
    /// The settings that it has besides those of all runs, of its networks and of the loss.
    public let settings: [any SettingGroup.Type]
    /// The procedure.
    public let make: @Sendable () -> any Procedure

    /// Describes a procedure.
    public init(
        _ name: String, title: String, citation: String, results: Results, trains: Trained,
        network: String? = nil, settings: [any SettingGroup.Type] = [],
        make: @escaping @Sendable () -> any Procedure
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.results = results
        self.trains = trains
        self.network = network
        self.settings = settings
        self.make = make
    }
}
