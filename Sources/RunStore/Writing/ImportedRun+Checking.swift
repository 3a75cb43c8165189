internal import Domain

extension ImportedRun {
    /// Refuses what no run of the store can hold, before anything of it is written.
    ///
    /// - Throws: `StoreError.invalid`.
    func check() throws {
        let names = [
            ("its experiment's name", [run.experiment].compactMap { $0 }),
            ("its name", [run.name].compactMap { $0 }),
            ("the name of its objective", [run.objective?.name].compactMap { $0 }),
            ("the name of a setting", Array(run.parameters.keys)),
            ("the name of a tag", Array(run.tags.keys)), ("a note", notes),
        ]
        for (what, texts) in names where texts.contains("") {
            throw StoreError.invalid(
                what: "\(what), of the run '\(run.id)' of \(run.source),", found: "''",
                expected: "at least one sign")
        }
        for point in points { try point.check() }
    }
}
