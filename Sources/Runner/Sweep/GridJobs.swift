import RunStore

/// The missing cells of a plan in its order. Those that other processes hold are tried again once
/// all others have begun: their worker may have died.
struct GridJobs: JobSource {
    private let store: RunStore
    private let states: Set<RunState>
    private let items: [Int: Sweep.Item]
    private var waiting: ArraySlice<Sweep.Item>
    private var held: [Sweep.Item] = []

    /// - Parameter states: from which runs may be claimed.
    init(_ items: [Sweep.Item], in store: RunStore, from states: Set<RunState>) {
        self.store = store
        self.states = states
        self.items = Dictionary(uniqueKeysWithValues: items.map { ($0.number, $0) })
        waiting = items[...]
    }

    var isFinished: Bool { waiting.isEmpty && held.isEmpty }

    func next() -> Job? {
        waiting.first.map {
            Job(number: $0.number, title: $0.title, cell: $0.cell, run: $0.run.id, states: states)
        }
    }

    mutating func begin(_ job: Job) { waiting.removeFirst() }

    mutating func end(
        _ job: Job, _ ending: CellRunner.Ending, observe: (SweepEvent) -> Void
    ) {
        if let event = ending.event(of: job) { observe(event) }
        switch ending {
        case .lost, .heldElsewhere: held += items[job.number].map { [$0] } ?? []
        case .completed, .failed, .interrupted: break
        }
    }

    /// Takes note of cells that others have ended.
    mutating func look(observe: (SweepEvent) -> Void) throws {
        guard waiting.isEmpty, !held.isEmpty else { return }
        let runs = try store.runs(withDigests: held.map(\.run.digest))
        for item in held {
            let run = runs[item.run.digest]
            switch run?.state {
            // A run that trains another again is gone once it has given that one its results.
            case nil where item.isRetraining: observe(.cellFinishedElsewhere(cell: item.number))
            case .completed, .pruned:
                observe(.cellFinishedElsewhere(cell: item.number, run: item.run.id))
            case .failed where !states.contains(.failed):
                let reason = run?.error ?? "failed in another process"
                observe(.cellFailed(cell: item.number, reason: reason))
            default: waiting.append(item)
            }
        }
        held = []
    }
}
