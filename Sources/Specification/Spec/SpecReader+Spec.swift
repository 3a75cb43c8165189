import Domain
import Programs
import RunStore
import Settings
import Training
import Wording

/// What was read, checked as a whole.
extension SpecReader {
    /// Checks every value and builds the axes in their fixed order.
    func spec() throws -> Spec {
        let name = try name()
        let written = try SpecFolds(reader: withNeededAxes()).axes()
        let known = Cell.identityAxes + Self.trainKeys + [Cell.seedAxis]
        let others = written.keys.filter { !known.contains($0) }.sorted()
        let ordered = Cell.identityAxes + Self.trainKeys + others + [Cell.seedAxis]
        let axes = try ordered.compactMap { key in
            try written[key].map {
                Spec.Axis(name: key, values: try canonical($0.values, of: key).map(\.text))
            }
        }
        try checkSize(of: axes)
        if let report = words["report"],
            let reason = reportFault(
                report.text, values: { values(of: $0, in: axes).map(Set.init) })
        {
            throw SpecError.report(reason: reason, at: report.at)
        }
        return Spec(
            name: name, description: words["description"]?.text ?? "",
            report: words["report"]?.text, data: words["data"]?.text, axes: axes,
            exclusions: try exclusions(of: axes), search: try search(beside: axes),
            evaluate: try canonical(evaluate, of: "dataset").map(\.text),
            program: try program(), path: path)
    }

    /// The same with the axes that every cell has. What no procedure of the grid uses, as a classifier
    /// no segmentation loss, need not be named.
    private func withNeededAxes() throws -> SpecReader {
        var result = self
        let space = search?.spec.space
        let searched = space?.parameters.map(\.name) ?? []
        let procedures =
            space?.range(of: "procedure")?.names
            ?? axes["procedure"]?.values.map { vocabulary.name($0.text, of: "procedure") }
            ?? [Cell.defaultProcedure]
        // A program may have its own loss.
        let needed = ["dataset", "model"] + (trainer == nil ? ["loss"] : [])
        for key in needed where axes[key] == nil && !searched.contains(key) {
            let names = key == "loss" ? vocabulary.losses : vocabulary.models
            guard trainer == nil, key != "dataset", let first = names.first,
                !SettingUse.isUsed(key, by: procedures)
            else { throw SpecError.missingKey("grid: \(key)", path: path) }
            let place = Place.option(path)
            result.axes[key] = Axis(values: [Written(text: first, at: place)], at: place)
        }
        return result
    }

    /// The program with the contents of its code, but for experiments that have no file.
    private func program() throws -> TrainingProgram? {
        guard let trainer else { return nil }
        guard evaluate.isEmpty else {
            throw SpecError.trainer(
                reason: "'evaluate' tests Lightbox's own networks; only the program can read the "
                    + "weights of its own", at: trainer.at)
        }
        guard !path.isEmpty else { return trainer.program }
        do {
            return try trainer.program.reading()
        } catch {
            throw SpecError.trainer(reason: error.description, at: trainer.at)
        }
    }

    // MARK: Words

    private func name() throws -> String {
        guard let name = words["name"] else { throw SpecError.missingKey("name", path: path) }
        func bad(_ expected: String) -> SpecError {
            let shown = name.text.count > 40 ? name.text.prefix(40) + "…" : name.text
            return .badValue(key: "name", found: shown, expected: expected, at: name.at)
        }
        guard ExperimentName.isValid(name.text) else { throw bad(ExperimentName.expectation) }
        // `lightbox report NAME` would show the report instead of the experiment.
        let report = words["report"]?.text.split(separator: " ").first.map(String.init)
        guard !vocabulary.reports.contains(name.text) || report == name.text else {
            throw bad("a name that is no report's: " + vocabulary.reports.joined(separator: ", "))
        }
        return name.text
    }

    private func reportFault(_ text: String, values: (String) -> Set<String>?) -> String? {
        let first = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        guard vocabulary.reports.contains(first) else {
            return "unknown report '\(first)'" + NearestName.suffix(first, in: vocabulary.reports)
        }
        return vocabulary.reportFault(text, values)
    }

    // MARK: The grid

    /// Refuses a grid that is too large before any of it is built.
    private func checkSize(of axes: [Spec.Axis]) throws {
        var cells = 1
        for axis in axes {
            let (product, isTooLarge) = cells.multipliedReportingOverflow(by: axis.values.count)
            guard !isTooLarge, product <= SweepPlan.mostCells else {
                let sizes = axes.map { ($0.name, $0.values.count) }.filter { $0.1 > 1 }
                throw SpecError.tooManyCells(
                    axes: Dictionary(uniqueKeysWithValues: sizes), most: SweepPlan.mostCells,
                    path: path)
            }
            cells = product
        }
    }

    /// The exclusions, each of which can match a cell of the file's own grid: an override may take
    /// away what an exclusion is about.
    private func exclusions(of axes: [Spec.Axis]) throws -> [Spec.Exclusion] {
        var known: [String: (list: [String], set: Set<String>)] = [:]
        for key in Set(exclusions.flatMap(\.keys)) {
            let list = values(of: key, in: axes) ?? []
            known[key] = (list, Set(list))
        }
        for exclusion in exclusions {
            for (key, values) in exclusion.sorted(by: { $0.key < $1.key }) {
                let range = search?.spec.space.range(of: key)
                for value in values where known[key]?.set.contains(value.text) != true {
                    guard range?.point(of: value.text) == nil else { continue }
                    throw SpecError.excludesNothing(
                        key: key, found: value.text, values: known[key]?.list ?? [], at: value.at)
                }
            }
        }
        return exclusions.map { exclusion in
            Spec.Exclusion(values: exclusion.mapValues { Set($0.map(\.text)) })
        }
    }

    /// The values that cells may have on an axis, as the file has them or an override wants them;
    /// nil where a search draws numbers.
    private func values(of key: String, in axes: [Spec.Axis]) -> [String]? {
        if let range = search?.spec.space.range(of: key) { return range.names }
        let current = axes.first { $0.name == key }?.values ?? []
        guard let written = axesOfFile[key] else {
            return (blankCell.text(of: key).map { [$0] } ?? []) + current
        }
        let file = (try? canonical(written.values, of: key))?.map(\.text) ?? []
        return file == current ? current : file + current
    }

    // MARK: The search

    private func search(beside axes: [Spec.Axis]) throws -> SearchSpec? {
        guard let search else { return nil }
        var spec = search.spec
        spec.objective = try objective(of: search, beside: axes)
        for axis in axes {
            guard let written = self.axes[axis.name] else { continue }
            func bad(_ found: String, _ expected: String) -> SpecError {
                .badValue(key: axis.name, found: found, expected: expected, at: written.at)
            }
            if spec.space.range(of: axis.name) != nil {
                throw bad(
                    axis.values.joined(separator: ", "),
                    "no value beside the range that 'space' gives it")
            }
            if axis.values.count > 1 {
                throw bad("a list", "one value beside 'search', or its range in the space")
            }
        }
        try checkRungs(of: search, beside: axes)
        return spec
    }

    /// What is looked for, which every procedure that may be tried has to log.
    private func objective(of search: SearchReader.Result, beside axes: [Spec.Axis]) throws
        -> SearchObjective
    {
        let tried = search.spec.space.range(of: "procedure")?.names
        let procedures =
            tried ?? axes.first { $0.name == "procedure" }?.values ?? [blankCell.procedure]
        let known = vocabulary.objectives(of: procedures)
        guard let wanted = search.objective else { return known.first ?? .validationDice }
        guard let found = known.first(where: { $0.description == wanted.text }) else {
            throw SpecError.unknownName(
                kind: "objective", wanted.text, at: wanted.at, known: known.map(\.description))
        }
        return found
    }

    /// Successive halving needs runs that are longer than its first rung, all alike.
    private func checkRungs(of search: SearchReader.Result, beside axes: [Spec.Axis]) throws {
        guard search.spec.method == .asha else { return }
        if search.spec.space.range(of: "epochs") != nil {
            throw SpecError.badValue(
                key: "space: epochs", found: "searched",
                expected: "one number of epochs for all trials of 'asha'", at: search.at)
        }
        let text = axes.first { $0.name == "epochs" }?.values.first
        let epochs = text.flatMap(NumberText.wholeNumber) ?? TrainingSettings().epochs
        guard search.spec.minimumEpochs <= epochs else {
            throw SpecError.badValue(
                key: "minimum-epochs", found: String(search.spec.minimumEpochs),
                expected: "a whole number from 1 to \(epochs), the epochs of a run",
                at: search.at)
        }
    }
}
