import Foundation
package import RunStore
package import Specification

/// A cell to train, as a scheduler hands it out.
package struct Job: Sendable {
    /// Number of the cell in its plan, and its name in progress lines.
    package let number: Int, title: String
    /// What is trained.
    package let cell: Cell
    /// Its run in the store, and the states from which that may be claimed.
    package let run: RunID, states: Set<RunState>
    /// Epoch after which the run is paused; nil trains to the end.
    package let pauseAfter: Int?

    /// A job of those parts.
    package init(
        number: Int, title: String, cell: Cell, run: RunID, states: Set<RunState>,
        pauseAfter: Int? = nil
    ) {
        self.number = number
        self.title = title
        self.cell = cell
        self.run = run
        self.states = states
        self.pauseAfter = pauseAfter
    }
}

/// Says which cell is next: a grid, which is known from the start, or a search, which decides as it
/// goes.
package protocol JobSource {
    /// What to train next; nil where nothing can begin now. The scheduler asks only where there is
    /// room, and may yet find that memory is short: then the job has not begun.
    mutating func next() throws -> Job?
    /// The job that `next` gave has begun.
    mutating func begin(_ job: Job)
    /// The job is over here; how it ended is for the source to tell.
    mutating func end(_ job: Job, _ ending: CellRunner.Ending, observe: (SweepEvent) -> Void) throws
    /// Looks after cells that other processes train, about once a second.
    mutating func look(observe: (SweepEvent) -> Void) throws
    /// Whether nothing is left to do once no job is under way.
    var isFinished: Bool { get }
}

/// Where cells are trained: in this process, or in worker processes.
package protocol Executor: AnyObject {
    /// Jobs under way, and how many there may be at once.
    var busy: Int { get }
    /// See `busy`.
    var size: Int { get }
    /// Starts the job; false where it has to wait.
    func start(_ job: Job) throws -> Bool
    /// Waits for a job to end, at most some `seconds`; tells what happens meanwhile.
    func next(
        within seconds: Double, observe: (SweepEvent) -> Void
    ) throws -> (job: Job, ending: CellRunner.Ending)?
    /// Asks all jobs to be saved and to end.
    func askToStop()
    /// Nothing more will be started.
    func dismiss()
}

/// Hands out cells until there are no more: the one loop of grids, searches and cluster tasks.
package struct Scheduler {
    private let executor: any Executor
    private let stop: StopSignal

    /// A scheduler that has cells trained by `executor` until `stop` is asked.
    package init(_ executor: any Executor, stop: StopSignal) {
        self.executor = executor
        self.stop = stop
    }

    /// Trains what `source` gives until it has no more, or until the user stops it.
    package func run(
        _ source: inout some JobSource, observe: (SweepEvent) -> Void
    ) throws {
        // What holds for a data set is told by each cell that trains on it.
        var told: Set<String> = []
        func tell(_ event: SweepEvent) {
            if case .note(let text) = event, !told.insert(text).inserted { return }
            observe(event)
        }
        var lastLook = ContinuousClock.now
        defer { executor.dismiss() }
        while true {
            if stop.isAsked { executor.askToStop() }
            while !stop.isAsked, executor.busy < executor.size, let job = try source.next(),
                try executor.start(job)
            {
                source.begin(job)
            }
            if executor.busy == 0, stop.isAsked || source.isFinished { return }
            if let (job, ending) = try executor.next(within: 0.25, observe: tell) {
                try source.end(job, ending, observe: tell)
            }
            guard lastLook.duration(to: .now) >= .seconds(1) else { continue }
            lastLook = .now
            try source.look(observe: tell)
        }
    }
}
