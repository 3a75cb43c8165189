import Foundation
import RunStore

extension Sweep {
    /// Trains the cells in worker processes, as many at once as the pool and the memory allow.
    func train(
        _ open: [Item], in pool: WorkerPool, outcome: inout Outcome,
        observe: (SweepEvent) -> Void
    ) throws {
        let items = Dictionary(uniqueKeysWithValues: open.map { ($0.number, $0) })
        var waiting = open.map {
            WorkerPool.Job(number: $0.number, cell: $0.cell, title: $0.title, run: $0.run.id)
        }[...]
        var held: [Item] = []
        var lastLook = Date()
        defer { pool.dismiss() }
        while pool.busy > 0 || (!stop.isAsked && !(waiting.isEmpty && held.isEmpty)) {
            if stop.isAsked { pool.askToStop() }
            while !stop.isAsked, let job = waiting.first, try pool.start(job) {
                waiting.removeFirst()
            }
            switch try pool.next(within: 0.25) {
            case .event(let event): observe(event)
            case .ended(let job, let ending):
                if !settle(job.number, ending, outcome: &outcome, observe: observe),
                    let item = items[job.number]
                {
                    held.append(item)
                }
            case .heldElsewhere(let job):
                if let item = items[job.number] { held.append(item) }
            case .died(let job, let reason, let log):
                if let again = try afterDeath(
                    of: job, reason: reason, log: log, outcome: &outcome, observe: observe)
                {
                    waiting.append(again)
                }
            case nil: break
            }
            guard !held.isEmpty, waiting.isEmpty, Date().timeIntervalSince(lastLook) >= 1 else {
                continue
            }
            lastLook = Date()
            // Those that other sweeps still train are tried again: their worker may have died.
            let still = try stillHeld(held, outcome: &outcome, observe: observe)
            held = []
            waiting += still.map {
                WorkerPool.Job(number: $0.number, cell: $0.cell, title: $0.title, run: $0.run.id)
            }
        }
    }

    /// A cell whose worker died: once more, or recorded as failed.
    func afterDeath(
        of job: WorkerPool.Job, reason: String, log: String, outcome: inout Outcome,
        observe: (SweepEvent) -> Void
    ) throws -> WorkerPool.Job? {
        var job = job
        job.deaths += 1
        if job.deaths < 2 {
            observe(
                .cellReleased(cell: job.number, reason: reason + "; its last checkpoint continues"))
            return job
        }
        let lease = try store.claim(
            job.run, for: Worker(), environment: environment, from: [.queued, .interrupted])
        try lease?.fail(reason, log: log)
        outcome.failed += 1
        observe(.cellFailed(cell: job.number, reason: reason))
        return nil
    }
}
