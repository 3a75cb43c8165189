internal import Reports
internal import RunStore

/// Runs with what their objective came to: those of one objective, whose values can be compared.
struct JudgedRuns {
    /// By what they are judged.
    let objective: RunObjective
    /// Its name for people, such as "validation Dice".
    let title: String
    /// Those that have a finite value, in the given order.
    let runs: [(run: RunOverview, value: Double)]

    init(_ runs: [RunOverview], by vocabulary: ReportVocabulary) {
        let objective = vocabulary.objective(of: runs.map(\.objective))
        self.objective = objective
        title = [objective.split, vocabulary.measure(objective.name).title]
            .filter { !$0.isEmpty }.joined(separator: " ")
        self.runs = runs.compactMap { run in
            guard run.objective == objective, let value = run.objectiveValue, value.isFinite else {
                return nil
            }
            return (run, value)
        }
    }
}

extension RunStore {
    /// By what a run is judged; by the Dice of its masks where nobody said so.
    func judging(_ run: RunID) throws -> RunObjective {
        try objective(of: run) ?? .validationDice
    }
}

extension ReportVocabulary {
    /// What a column with values of these objectives is called behind "Test": their metric's title,
    /// or "result" where there are several.
    func title(of objectives: [RunObjective?]) -> String {
        let names = Set(objectives.compactMap { $0?.name })
        guard names.count > 1 else {
            return measure(names.first ?? RunObjective.validationDice.name).title
        }
        return "result"
    }

    /// A value in such a column, with its metric where the heading does not name it.
    func share(
        _ value: Double?, _ deviation: Double? = nil, by objective: RunObjective?,
        under title: String
    ) -> String {
        let own = objective.map { measure($0.name).title }
        return Words.share(value, deviation)
            + (value == nil || own == nil || own == title ? "" : " \(own ?? "")")
    }
}
