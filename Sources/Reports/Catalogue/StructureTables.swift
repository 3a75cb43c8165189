internal import RunStore

/// The results of runs that segment several structures, structure by structure.
enum StructureTables {
    /// A table a measure, with a column for each structure; empty where runs have one structure.
    static func all(_ data: ReportData, rows: [Axis]) -> [Table] {
        let found = Set(data.results.values.flatMap(\.keys))
        return [data.objective.name, "hausdorff95"].compactMap { name in
            let own = found.filter { $0.hasPrefix("\(name)/") }.sorted()
            if own.isEmpty { return nil }
            let columns = own.map { measure -> ReportVocabulary.Measure in
                let known = data.vocabulary.measure(measure)
                return ReportVocabulary.Measure(
                    measure, title: String(measure.dropFirst(name.count + 1)), unit: known.unit,
                    direction: known.direction)
            }
            let title = data.vocabulary.measure(name).title
            var table = GridTable(
                data: data, id: "structures-\(name)", title: "\(title) by structure", rows: rows,
                measures: columns
            ).build()
            table.notes.append(
                "Elsewhere in this report \(title) is the mean over a run's structures.")
            return table
        }
    }
}
