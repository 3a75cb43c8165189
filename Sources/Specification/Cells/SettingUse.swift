internal import Domain
internal import Losses
internal import Models
internal import Settings
internal import Synchronization
internal import Training

/// The runs that a setting, or an axis of the grid, says something about: those of any of some
/// users. Other runs are the same run with any value of it.
public struct SettingUse: Sendable, Hashable {
    /// Runs that have one of the models, one of the losses and one of the procedures.
    public struct Users: Sendable, Hashable {
        /// Registered names; nil for all.
        public var models: Set<String>?, losses: Set<String>?, procedures: Set<String>?

        func contains(model: String, loss: String, procedure: String) -> Bool {
            models?.contains(model) ?? true && losses?.contains(loss) ?? true
                && procedures?.contains(procedure) ?? true
        }
    }

    /// Whose runs use it.
    public private(set) var users: [Users]

    /// Whether runs of these use it.
    func holds(model: String, loss: String, procedure: String) -> Bool {
        users.contains { $0.contains(model: model, loss: loss, procedure: procedure) }
    }

    /// Who uses it, for a sentence: "loss focal-tversky", "procedures s2mcl and s4mcl".
    var words: String {
        func list(_ kind: String, _ names: Set<String>?) -> [String] {
            guard let names, !names.isEmpty else { return [] }
            let sorted = names.sorted()
            guard let last = sorted.last, sorted.count > 1 else { return ["\(kind) \(sorted[0])"] }
            return ["\(kind.plural) \(sorted.dropLast().joined(separator: ", ")) and \(last)"]
        }
        return users.map { users in
            let parts = list("loss", users.losses) + list("model", users.models)
            return (parts.isEmpty ? list("procedure", users.procedures) : parts)
                .joined(separator: " with ")
        }.joined(separator: ", ")
    }
}

extension String {
    fileprivate var plural: String { hasSuffix("s") ? self + "es" : self + "s" }
}

// MARK: - By the registries

extension SettingUse {
    /// Whether runs of that procedure use the axis or setting of that name with any network and loss;
    /// those of a procedure that is not known do.
    public static func isUsed(_ name: String, by procedure: String) -> Bool {
        guard ProcedureRegistry.find(procedure) != nil, let use = all[name] else { return true }
        return use.users.contains { $0.procedures?.contains(procedure) ?? true }
    }

    /// By the setting's name, or the axis's. What is not listed, all runs use.
    public static let all: [String: SettingUse] = {
        let procedures = ProcedureRegistry.all
        func training(_ networks: ProcedureEntry.Trained) -> Set<String> {
            Set(procedures.filter { $0.trains.contains(networks) }.map(\.name))
        }
        let segmenting = training(.segmentor)
        var uses: [String: SettingUse] = [:]
        // A classifier has a loss of its own, whatever the grid names.
        for name in ["model", "loss", "structures", "exclusive", "keep-masks"] {
            uses[name] = SettingUse(users: [Users(segmenting)])
        }

        func add(_ groups: [[any SettingGroup.Type]], _ users: (Set<Int>) -> Users) {
            var owners: [String: Set<Int>] = [:]
            for (index, settings) in groups.enumerated() {
                for entry in settings.flatMap({ $0.entries }) {
                    owners[entry.name, default: []].insert(index)
                }
            }
            for (name, indices) in owners {
                uses[name, default: SettingUse(users: [])].users.append(users(indices))
            }
        }
        func names(_ all: [String], _ indices: Set<Int>) -> Set<String>? {
            indices.count == all.count ? nil : Set(indices.map { all[$0] })
        }
        add(procedures.map(\.settings)) { Users(Set($0.map { procedures[$0].name })) }
        add(LossRegistry.all.map(\.settings)) {
            Users(segmenting, losses: names(LossRegistry.names, $0))
        }
        add(ModelRegistry.all.map(\.settings)) {
            Users(segmenting, models: names(ModelRegistry.names, $0))
        }
        add([ClassifierRegistry.standard.settings]) { _ in Users(training(.classifier)) }

        let everyone = Set(procedures.map(\.name))
        return uses.filter { _, use in
            let whole = use.users.filter { $0.models == nil && $0.losses == nil }
            return Set(whole.flatMap { $0.procedures ?? everyone }) != everyone
        }
    }()

    /// Whether a run of these uses the setting of that name. A name that is in no registry may be
    /// of a procedure, loss or network that uses everything.
    static func holds(
        _ setting: String, model: String, loss: String, procedure: String
    ) -> Bool {
        !table(model: model, loss: loss, procedure: procedure).unused.contains(setting)
    }

    /// What the cells of a grid that have one network, loss and procedure have in common.
    fileprivate struct Table: Sendable {
        /// The settings that they do not use.
        let unused: Set<String>
        /// The defaults of those that they use.
        let defaults: [String: JSONValue]
    }

    /// The table of these, made once for the cells of a grid.
    fileprivate static func table(model: String, loss: String, procedure: String) -> Table {
        known.withLock { known in
            let names = [model, loss, procedure]
            if let table = known[names] { return table }
            let isKnown =
                ProcedureRegistry.find(procedure) != nil && LossRegistry.find(loss) != nil
                && ModelRegistry.find(model) != nil
            let unused =
                isKnown
                ? all.filter { !$0.value.holds(model: model, loss: loss, procedure: procedure) }
                : [:]
            let used = TrainingSettings.fields.filter { unused[$0.name] == nil }
            let table = Table(
                unused: Set(unused.keys),
                defaults: Dictionary(
                    used.map { ($0.name, JSONValue($0.defaultValue)) },
                    uniquingKeysWith: { first, _ in first }))
            known[names] = table
            return table
        }
    }

    private static let known = Mutex<[[String]: Table]>([:])
}

extension SettingUse.Users {
    fileprivate init(
        _ procedures: Set<String>, models: Set<String>? = nil, losses: Set<String>? = nil
    ) {
        self.init(models: models, losses: losses, procedures: procedures)
    }
}

extension Cell {
    /// Whether training the cell uses the setting of that name.
    package func uses(_ setting: String) -> Bool {
        if program != nil { return knownKeys.contains(setting) }
        return !unused.contains(setting)
    }

    /// What it has in common with others, where no program trains it.
    private var table: SettingUse.Table {
        SettingUse.table(model: model, loss: loss, procedure: procedure)
    }

    /// The settings that training it, where no program does, does not use.
    private var unused: Set<String> { table.unused }

    /// Every setting that training the cell uses and that has a value of Lightbox's, by name.
    var usedValues: [String: JSONValue] {
        let values = used.settings.values
        guard program == nil else {
            let fields = TrainingSettings.fields.filter { uses($0.name) && free[$0.name] == nil }
            return Dictionary(
                fields.map { ($0.name, JSONValue($0.value(in: values))) },
                uniquingKeysWith: { first, _ in first })
        }
        var all = table.defaults
        for name in values.names where all[name] != nil {
            all[name] = TrainingSettings.field(name).map { JSONValue($0.value(in: values)) }
        }
        return all
    }

    /// The cell with only the settings that it uses; the others have their defaults. A split by the
    /// run's own seed is the same split, however it is written, a number of labelled images the
    /// same, whatever percentage it takes the place of, and unlabelled images the same, in whatever
    /// order their data sets stand.
    package var used: Cell {
        var cell = self
        let unused = unused
        cell.settings.values = settings.values.filter {
            program == nil ? !unused.contains($0) : uses($0)
        }
        if !settings.values.isDefault("split-seed"), splitSeed == seed {
            cell.settings.splitSeed = nil
        }
        if !settings.values.isDefault("labelled-images") { cell.labels = 100 }
        if !cell.settings.values.isDefault(UnlabelledSources.setting) {
            cell.settings[UnlabelledSources.self] = cell.settings[UnlabelledSources.self].plain
        }
        return cell.withoutIdleFold
    }

    /// The cell without a fold where there are no folds.
    var withoutIdleFold: Cell {
        guard !settings.values.isDefault("fold"), settings.values.isDefault("folds") else {
            return self
        }
        var cell = self
        cell.settings.fold = CommonSettings.noFolds
        return cell
    }
}
