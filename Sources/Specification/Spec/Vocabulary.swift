/// The names that a grid may use, gathered from the registries.
public struct Vocabulary: Sendable {
    /// Names of data sets, models, losses, training procedures and reports, in registry order.
    public var datasets: [String], models: [String], losses: [String]
    /// See `datasets`.
    public var procedures: [String], reports: [String]
    /// The sites of data sets that tell several apart, by the data set's name.
    public var sites: [String: [String]]
    /// What a search may look for in the runs of a procedure, by the procedure's name; the first is
    /// the usual one.
    public var objectives: [String: [SearchObjective]]
    /// Why a report with its options ("sweep rows=model") cannot be made, in one sentence; nil
    /// where it can. The second argument tells the values that the cells have on an axis, nil where
    /// a search decides.
    public var reportFault: @Sendable (String, (String) -> Set<String>?) -> String? = { _, _ in nil
    }

    /// A vocabulary of those names.
    public init(
        datasets: [String], models: [String], losses: [String], procedures: [String],
        reports: [String], objectives: [String: [SearchObjective]] = [:],
        sites: [String: [String]] = [:]
    ) {
        self.datasets = datasets
        self.models = models
        self.losses = losses
        self.procedures = procedures
        self.reports = reports
        self.objectives = objectives
        self.sites = sites
    }

    /// What a registered name is one of, in words; nil for a name that nothing has.
    func kind(of name: String) -> String? {
        [
            ("data set", datasets), ("model", models), ("loss", losses), ("procedure", procedures),
            ("report", reports),
        ].first { $0.1.contains(name) }?.0
    }

    /// What a search may look for where each of these procedures may be tried.
    func objectives(of procedures: [String]) -> [SearchObjective] {
        let lists = procedures.map { objectives[$0] ?? [.validationDice] }
        return (lists.first ?? []).filter { objective in
            lists.allSatisfy { $0.contains(objective) }
        }
    }
}

extension Vocabulary {
    /// The registered name of an axis that tables spell like this: `unet` of `U-Net`, `tv` of `TV`; the
    /// text itself where that is none's.
    func name(_ text: String, of axis: String) -> String {
        let known: [String]
        switch axis {
        case "dataset": known = datasets
        case "model": known = models
        case "loss": known = losses
        case "procedure": known = procedures
        default: return text
        }
        func letters(_ name: String) -> String {
            name.lowercased().filter { $0.isLetter || $0.isNumber }
        }
        if known.contains(text) { return text }
        let alike = known.filter { letters($0) == letters(text) }
        return alike.count == 1 ? alike[0] : text
    }
}
