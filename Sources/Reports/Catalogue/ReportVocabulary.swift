public import Domain
public import RunStore

/// The registries' names as reports show them, in the order in which they are listed.
///
/// Reports do not import the zoos; whoever makes a report fills this from their registries.
public struct ReportVocabulary: Sendable {
    /// A registered name and how it is printed.
    public struct Term: Sendable, Hashable {
        /// Registered name, such as `attention-unet`.
        public let name: String
        /// Printed name, such as `Attention U-Net`.
        public let title: String
        /// Of a procedure, the registered name of the network that its name stands for.
        public let network: String?

        /// Makes a term.
        public init(_ name: String, title: String, network: String? = nil) {
            self.name = name
            self.title = title
            self.network = network
        }
    }

    /// A metric and how it is printed.
    public struct Measure: Sendable, Hashable {
        /// What a metric judges.
        public enum Task: Sendable, Hashable {
            case segmentation, classification
        }

        /// Registered name, such as `dice` or `published/js`.
        public let name: String
        /// Column heading.
        public let title: String
        /// Unit; nil for ratios.
        public let unit: String?
        /// Which end is the good one.
        public let direction: MetricDirection
        /// What it judges.
        public let task: Task

        /// Makes a measure.
        public init(
            _ name: String, title: String, unit: String? = nil,
            direction: MetricDirection = .higherIsBetter, task: Task = .segmentation
        ) {
            self.task = task
            self.name = name
            self.title = title
            self.unit = unit
            self.direction = direction
        }

        /// Whether it follows a published table's own definition.
        public var isPublished: Bool { name.hasPrefix("published/") }

        /// The table column of the measure.
        public var column: Column {
            Column(
                name, title: title, unit: unit, decimals: unit == nil ? 3 : 2, direction: direction)
        }
    }

    /// Data sets.
    public var datasets: [Term]
    /// Networks.
    public var models: [Term]
    /// Training procedures.
    public var procedures: [Term]
    /// Losses.
    public var losses: [Term]
    /// Metrics.
    public var measures: [Measure]
    /// Settings of training by name.
    public var settings: [String: Setting]
    /// Axes and settings that not all runs use.
    public var uses: [String: ReportUse]

    /// What runs that are older than a setting were trained with, by its name.
    public var settingDefaults: [String: String] { settings.mapValues(\.standard) }

    /// Makes a vocabulary; what it lacks is printed by its registered name.
    public init(
        datasets: [Term] = [], models: [Term] = [], procedures: [Term] = [], losses: [Term] = [],
        measures: [Measure] = [], settings: [String: Setting] = [:], uses: [String: ReportUse] = [:]
    ) {
        self.datasets = datasets
        self.models = models
        self.procedures = procedures
        self.losses = losses
        self.measures = measures
        self.settings = settings
        self.uses = uses
    }

    /// The measure of that name, or a plain one when it is not registered.
    public func measure(_ name: String) -> Measure {
        if let known = measures.first(where: { $0.name == name }) { return known }
        if name.hasPrefix("class-f1/") {
            return Measure(name, title: "F1 of class \(name.dropFirst(9))", task: .classification)
        }
        // `dice/heart`: of one of several structures.
        if let slash = name.firstIndex(of: "/"),
            let whole = measures.first(where: { $0.name == name[..<slash] })
        {
            return Measure(
                name, title: "\(whole.title) (\(name[name.index(after: slash)...]))",
                unit: whole.unit, direction: whole.direction)
        }
        return Measure(name, title: name)
    }

    /// By what runs are judged, of whose objectives there may be several: the one whose metric is
    /// listed first, so that masks come before classes. Without any it is the Dice of the masks.
    public func objective(of objectives: some Sequence<RunObjective?>) -> RunObjective {
        func place(_ objective: RunObjective) -> Int {
            measures.firstIndex { $0.name == objective.name } ?? measures.count
        }
        return Set(objectives.compactMap { $0 }).min {
            (place($0), $0.key) < (place($1), $1.key)
        } ?? .validationDice
    }

    /// The values that a figure of the measure shows; nil where they are not known to be shares.
    func bounds(of measure: Measure) -> ClosedRange<Double>? {
        measure.unit == nil && measures.contains(measure) ? 0...1 : nil
    }

    /// The standard set for masks, in registry order.
    public var standardMeasures: [Measure] {
        measures.filter { !$0.isPublished && $0.task == .segmentation }
    }

    /// The set for classes, in registry order.
    public var classMeasures: [Measure] { measures.filter { $0.task == .classification } }

    /// The network that a procedure's name stands for; nil where it stands for none.
    func network(of procedure: String) -> String? {
        procedures.first { $0.name == procedure }?.network
    }

    /// A procedure as it is printed where no network stands beside it: with those of its runs where
    /// its name stands for another.
    func method(_ procedure: String, models: Set<String>) -> String {
        let text = Axis.procedure.text(procedure, in: self)
        guard let own = network(of: procedure), !models.isSubset(of: [own]) else { return text }
        let names = models.sorted { Axis.model.precedes($0, $1, in: self) }
            .map { Axis.model.text($0, in: self) }
        return "\(text) (\(names.joined(separator: ", ")))"
    }

    /// The terms of an axis; empty for settings.
    func terms(of axis: Axis) -> [Term] {
        switch axis {
        case .dataset: datasets
        case .model: models
        case .procedure: procedures
        case .loss: losses
        default: []
        }
    }
}
