import Domain
import Reports
import RunStore

extension QueryResult {
    /// The same with a column `settings`: those settings in which the listed runs differ, such as
    /// "learning-rate 0.003, width 16"; without it where they differ in none. The first column has
    /// the runs' numbers.
    func with(varyingSettingsOf store: RunStore) throws -> QueryResult {
        let runs = rows.compactMap { $0.first?.integer }
        let values = try store.reportVaryingSettings(
            of: runs, defaults: ReportVocabulary.registrySettings.mapValues(\.standard),
            uses: ReportVocabulary.registryUses)
        // What a column tells already, and what decides nothing.
        let hidden = RunningSettings.names.union(["epochs"])
        let names = values.keys.filter { !hidden.contains($0) }.sorted()
        guard !names.isEmpty else { return self }
        return adding(column: "settings") { row in
            guard let run = row.first?.integer else { return .null }
            return .text(
                names.compactMap { name in values[name]?[run].map { "\(name) \($0)" } }
                    .joined(separator: ", "))
        }
    }
}
