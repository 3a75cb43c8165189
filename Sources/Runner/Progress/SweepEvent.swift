public import RunStore

/// What happens during a sweep, in the words that people are shown.
public enum SweepEvent: Sendable, Hashable, Codable {
    /// The plan is known: its cells by name, of which `done` are in the store already, `continued` are
    /// begun, `elsewhere` are trained by another process now, `failed` have failed before and are not tried
    /// again, and `lacking` have no data.
    case planned(
        name: String, cells: [String], done: Int, continued: Int = 0, elsewhere: Int = 0,
        failed: Int = 0, lacking: Int = 0)
    /// So many of a data set's images are decoded; none of those in the cache are.
    case reading(dataset: String, done: Int, total: Int)
    /// Training of the cell with that number (its position in the plan) began.
    case cellStarted(cell: Int, title: String, epochs: Int)
    /// A step of training ended; `epoch` and `step` count from 1.
    case step(cell: Int, epoch: Int, step: Int, steps: Int, loss: Double, imagesPerSecond: Double)
    /// An epoch of training ended; `validation` is what the run is judged by, nil where nothing was
    /// validated.
    case epoch(
        cell: Int, epoch: Int, loss: Double, validation: JudgedFigure?, imagesPerSecond: Double)
    /// A cell was trained and stored as that run; `test` is what it is judged by, on the test images.
    case cellFinished(cell: Int, run: RunID? = nil, test: JudgedFigure?, seconds: Double)
    /// A cell could not be trained; the sweep goes on.
    case cellFailed(cell: Int, reason: String)
    /// A cell was stopped by the user; it can be continued.
    case cellInterrupted(cell: Int)
    /// A cell was trained and stored as that run by another sweep on the same store.
    case cellFinishedElsewhere(cell: Int, run: RunID? = nil)
    /// A search paused a cell after that epoch; `value` is the best of the objective so far.
    case cellPaused(cell: Int, epoch: Int, objective: String, value: Double)
    /// A search gave a paused cell up; it needs no more training.
    case cellGivenUp(cell: Int)
    /// A cell is no longer under training here, and not done with either.
    case cellReleased(cell: Int, reason: String)
    /// Something worth a line.
    case note(String)
}
