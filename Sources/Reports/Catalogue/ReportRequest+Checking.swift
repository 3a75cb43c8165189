internal import RunStore

/// Requests brought to the spelling of registries and store, and checked.
extension ReportRequest {
    /// What runs there are for a request to be about.
    struct Surroundings {
        /// Settings and metrics that only the store knows.
        var settings: () throws -> [String] = { [] }, measures: () throws -> [String] = { [] }
        /// The values that there are on an axis; nil where that is not known.
        var present: (Axis) throws -> Set<String>? = { _ in nil }
    }

    /// The request with every name and value as registries and store spell them.
    ///
    /// - Throws: `ReportError` for a name or value that is none.
    func checked(in vocabulary: ReportVocabulary, _ surroundings: Surroundings) throws
        -> ReportRequest
    {
        func axes(_ axes: [Axis]) throws -> [Axis] {
            try axes.map { try vocabulary.axis($0.name, others: surroundings.settings) }
        }
        func values(_ texts: [String], on axis: Axis) throws -> [String] {
            guard !texts.isEmpty else { return [] }
            let present = try surroundings.present(axis)
            return try texts.map { try vocabulary.value($0, on: axis, present: present) }
        }
        var request = self
        request.rows = try axes(rows)
        request.columns = try axes(columns)
        var places: [Axis: String] = [:]
        for (axis, place) in request.rows.map({ ($0, "rows") })
            + request.columns.map({ ($0, "columns") })
        {
            guard let other = places.updateValue(place, forKey: axis) else { continue }
            throw ReportError.badOption(
                name: place, found: axis.name,
                expected: other == place
                    ? "each axis once" : "an axis that is not among the \(other) already")
        }
        request.values = try self.values.map {
            try vocabulary.measureName($0, others: surroundings.measures)
        }
        if let twice = request.values.first(where: { value in
            request.values.count { $0 == value } > 1
        }) {
            throw ReportError.badOption(
                name: "values", found: twice, expected: "each metric once")
        }
        request.selection.datasets = try values(selection.datasets, on: .dataset)
        request.selection.models = try values(selection.models, on: .model)
        request.selection.procedures = try values(selection.procedures, on: .procedure)
        request.selection.losses = try values(selection.losses, on: .loss)
        _ = try values(selection.labels.map { NumberFormat.short($0) }, on: .labels)
        _ = try values(selection.seeds.map(String.init), on: .seed)
        request.selection.settings = [:]
        for (name, texts) in selection.settings.sorted(by: { $0.key < $1.key }) {
            func isCondition(_ axis: Axis) -> Bool { axis != .data && axis != .code }
            let axis = try vocabulary.axis(
                name, others: surroundings.settings, offering: isCondition)
            guard isCondition(axis) else {
                throw ReportError.badOption(
                    name: "where", found: axis.name, expected: "dataset, or another axis or setting"
                )
            }
            request.selection.settings[axis.name, default: []] += try Self.naming("where", axis) {
                try values(texts, on: axis)
            }
        }
        if let reference {
            let axis = try vocabulary.axis(reference.axis.name, others: surroundings.settings)
            let value = try Self.naming("reference", axis) {
                try values([reference.value], on: axis)[0]
            }
            request.reference = Reference(axis: axis, value: value)
        }
        return request
    }

    /// Errors about a value name the option that it was written in.
    static func naming<Value>(
        _ option: String, _ axis: Axis, _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch ReportError.badOption(let name, let found, let expected) where name == axis.name {
            throw ReportError.badOption(
                name: option, found: "\(name)=\(found)", expected: expected)
        }
    }
}

extension ReportRecipe {
    /// Checks a recipe before there are runs.
    ///
    /// - Parameter present: the values that the runs will have on an axis, by its name; nil where
    ///   that is not known.
    /// - Parameter hasOther: whether the runs will have a setting of that name, which no registry
    ///   knows: it is a program's.
    /// - Throws: `ReportError`.
    public func check(
        in vocabulary: ReportVocabulary, present: (String) -> Set<String>? = { _ in nil },
        hasOther: (String) -> Bool = { _ in false }
    ) throws {
        try withoutActuallyEscaping(present) { present in
            var surroundings = ReportRequest.Surroundings()
            surroundings.present = { present($0.name) }
            let request = try request()
            let named = (request.rows + request.columns).map(\.name)
            let others = (named + request.selection.settings.keys).filter(hasOther)
            surroundings.settings = { others }
            try ReportRegistry.find(name)?.refuseIgnored(in: request)
            _ = try request.checked(in: vocabulary, surroundings)
        }
    }
}

extension ReportSource {
    /// The source with its request checked against the store.
    ///
    /// - Throws: `ReportError`; `ReportError.nothingSelected` where conditions leave no run, unless
    ///   `acceptsNothing`.
    func checked() throws -> ReportSource {
        if let experiment = request.selection.experiment, !acceptsNothing {
            try store.requireExperiment(experiment)
        }
        var whole = ReportSelection()
        whole.experiment = request.selection.experiment
        // Read once, and only where a condition needs it.
        var runs: [ReportRun]?
        func all() throws -> [ReportRun] {
            if let runs { return runs }
            let found = try store.reportRuns(whole)
            runs = found
            return found
        }
        var surroundings = ReportRequest.Surroundings()
        surroundings.settings = store.reportSettingNames
        surroundings.measures = store.reportMeasureNames
        if !acceptsNothing {
            surroundings.present = { try values(of: try all(), on: $0) }
        }
        let checked = try request.checked(in: vocabulary, surroundings)
        let selection = checked.selection
        if !acceptsNothing, !selection.conditions.isEmpty,
            try store.reportRuns(
                selection, defaults: vocabulary.settingDefaults, uses: vocabulary.uses
            ).isEmpty
        {
            throw ReportError.nothingSelected(conditions: selection.conditions)
        }
        for (written, read) in zip(request.selection.names, selection.names)
        where written != read {
            onReading?("'\(written)' is read as '\(read)'")
        }
        return adjusted { $0 = checked }
    }

    private func values(of runs: [ReportRun], on axis: Axis) throws -> Set<String> {
        switch axis {
        // A registered name stands for all data sets of that name: drawn ones, other files.
        case .dataset:
            Set(runs.flatMap { [$0.dataset, Axis.dataset.registeredName(of: $0.dataset)] })
        case .model: Set(runs.map(\.model))
        case .procedure: Set(runs.map(\.procedure))
        case .loss: Set(runs.map(\.loss))
        case .labels: Set(runs.map { NumberFormat.short($0.labels) })
        case .seed: Set(runs.map { String($0.seed) })
        case .code: Set(runs.map { $0.code.map { String($0.digest.prefix(10)) } ?? "unknown" })
        case .data:
            Set(
                try store.reportDatasets(Set(runs.compactMap(\.datasetID)).sorted()).map {
                    String($0.fingerprint.prefix(8))
                })
        default:
            try store.reportValues(
                ofSetting: axis.name, runs: runs.map(\.id),
                default: vocabulary.settings[axis.name]?.standard)
        }
    }
}

extension ReportSelection {
    /// The registered names that are asked for.
    fileprivate var names: [String] { datasets + models + procedures + losses }

    /// The conditions as people would write them: "loss=tv", "width=4,8".
    fileprivate var conditions: [String] {
        let named: [(String, [String])] = [
            ("dataset", datasets), ("model", models), ("procedure", procedures), ("loss", losses),
            ("labels", labels.map(NumberFormat.short)), ("seed", seeds.map(String.init)),
        ]
        return (named + settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            .filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1.joined(separator: ","))" }
    }
}
