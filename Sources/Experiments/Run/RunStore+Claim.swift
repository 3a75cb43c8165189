import RunStore

extension RunStore {
    /// Claims a run that another process may have ended and removed meanwhile, as those are that
    /// train another again; nil then, too.
    func claim(
        ifThere run: RunID, for worker: Worker, environment: RunEnvironment,
        from states: Set<RunState>
    ) throws -> RunLease? {
        do {
            return try claim(run, for: worker, environment: environment, from: states)
        } catch StoreError.unknown(kind: "run", _, _) {
            return nil
        }
    }
}
