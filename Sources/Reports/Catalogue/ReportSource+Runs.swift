public import RunStore

extension ReportSource {
    /// The numbers of the completed runs that the request selects, ascending.
    ///
    /// - Throws: `StoreError`; `ReportError` for a request about nothing.
    public func completedRuns() throws -> [RunID] {
        let source = try checked()
        return try source.store.reportRuns(
            source.request.selection, defaults: source.vocabulary.settingDefaults,
            uses: source.vocabulary.uses
        ).filter { $0.state == .completed }.map(\.id)
    }
}
