/// How far a sweep is: the state behind every progress display.
///
/// Times are seconds since any fixed moment; the caller brings the clock.
public struct SweepProgress: Sendable {
    /// A cell under training.
    public struct Running: Sendable {
        /// The cell's title.
        public var title: String
        /// Epochs in all, and the one under way (0 before the first step).
        public var epochs: Int, epoch = 0
        /// Share of the current epoch that is done, 0 to 1.
        public var epochFraction = 0.0
        /// Latest loss, validation Dice and speed.
        public var loss: Double?, validationDice: Double?, imagesPerSecond: Double?
        /// When it started.
        public var started: Double

        /// Share of the cell's epochs that is done, 0 to 1.
        public var fraction: Double {
            guard epochs > 0, epoch > 0 else { return 0 }
            return min(1, (Double(epoch - 1) + epochFraction) / Double(epochs))
        }

        /// Seconds to go at the present pace, or nil before the first step.
        public func remaining(at now: Double) -> Double? {
            guard fraction > 0 else { return nil }
            return (now - started) * (1 - fraction) / fraction
        }
    }

    /// How far a data set is read.
    public struct ReadingProgress: Sendable, Hashable {
        /// Images done, and images in all.
        public var done: Int, total: Int
    }

    /// Name of the experiment.
    public private(set) var name = ""
    /// Names of the cells.
    public private(set) var titles: [String] = []
    /// Cells of the plan, and those that were in the store before.
    public private(set) var total = 0, done = 0
    /// Cells of this sweep that were trained and that failed.
    public private(set) var finished = 0, failed = 0
    /// Cells under training, by number.
    public private(set) var running: [Int: Running] = [:]
    /// Cells that a search has paused; most of them need no more training.
    private var paused: Set<Int> = []
    /// Data sets that are being read: images done and their number, by name.
    public private(set) var reading: [String: ReadingProgress] = [:]
    /// When the plan was known.
    public private(set) var started = 0.0

    /// A sweep that has not begun.
    public init() {}

    /// Cells that need no more training, as far as is known.
    public var settled: Int { done + finished + failed + paused.count }

    /// The name of a cell.
    public func title(of cell: Int) -> String {
        titles.indices.contains(cell) ? titles[cell] : "cell \(cell + 1)"
    }

    /// Seconds until the sweep ends at its present pace, or nil before the first step.
    public func remaining(at now: Double) -> Double? {
        let begun = running.values.reduce(0) { $0 + $1.fraction }
        let work = Double(settled - done) + begun
        let open = Double(total - settled) - begun
        guard work > 0, now > started else { return nil }
        return max(0, open * (now - started) / work)
    }

    /// Takes in what happened at the time `now`.
    public mutating func apply(_ event: SweepEvent, at now: Double) {
        switch event {
        case .planned(let name, let cells, let done, _, _, _):
            self.name = name
            titles = cells
            total = cells.count
            self.done = done
            started = now
        case .reading(let dataset, let done, let total):
            reading[dataset] = done < total ? ReadingProgress(done: done, total: total) : nil
        case .cellStarted(let cell, let title, let epochs):
            // A search knows what a trial is only when it begins.
            if titles.indices.contains(cell) { titles[cell] = title }
            paused.remove(cell)
            running[cell] = Running(title: title, epochs: epochs, started: now)
        case .step(let cell, let epoch, let step, let steps, let loss, let speed):
            running[cell]?.epoch = epoch
            running[cell]?.epochFraction = steps > 0 ? Double(step) / Double(steps) : 0
            running[cell]?.loss = loss
            running[cell]?.imagesPerSecond = speed
        case .epoch(let cell, let epoch, let loss, let dice, let speed):
            running[cell]?.epoch = epoch
            running[cell]?.epochFraction = 1
            running[cell]?.loss = loss
            if let dice { running[cell]?.validationDice = dice }
            running[cell]?.imagesPerSecond = speed
        case .cellFinished(let cell, _, _, _), .cellFinishedElsewhere(let cell, _),
            .cellGivenUp(let cell):
            running[cell] = nil
            paused.remove(cell)
            finished += 1
        case .cellFailed(let cell, _):
            running[cell] = nil
            failed += 1
        case .cellInterrupted(let cell), .cellReleased(let cell, _):
            running[cell] = nil
        case .cellPaused(let cell, _, _, _):
            running[cell] = nil
            paused.insert(cell)
        case .note:
            break
        }
    }
}
