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
        /// Latest loss, figure of the validation images and speed.
        public var loss: Double?, validation: JudgedFigure?, imagesPerSecond: Double?
        /// When it started.
        public var started: Double
        /// When its first news came, and the share that was done then; nil before. An earlier attempt
        /// may have done most of that.
        private(set) var first: (time: Double, fraction: Double)?

        /// Share of the cell's epochs that is done, 0 to 1.
        public var fraction: Double {
            guard epochs > 0, epoch > 0 else { return 0 }
            return min(1, (Double(epoch - 1) + epochFraction) / Double(epochs))
        }

        /// Seconds to go at the pace since its first news, or nil before the second. What an earlier
        /// attempt has done took none of this one's time.
        public func remaining(at now: Double) -> Double? {
            guard let first, fraction > first.fraction else { return nil }
            return (now - first.time) * (1 - fraction) / (fraction - first.fraction)
        }

        /// Takes in how far it is at the time `now`.
        fileprivate mutating func advance(to epoch: Int, _ share: Double, at now: Double) {
            (self.epoch, epochFraction) = (epoch, share)
            if first == nil { first = (now, fraction) }
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
    /// What was done of the cells of this sweep at their first news, in cells.
    private var earlier = 0.0
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
        let work = Double(settled - done) + begun - earlier
        let open = Double(total - settled) - begun
        guard work > 0, now > started else { return nil }
        return max(0, open * (now - started) / work)
    }

    private mutating func advance(_ cell: Int, to epoch: Int, _ share: Double, at now: Double) {
        let isFirst = running[cell].map { $0.first == nil } ?? false
        running[cell]?.advance(to: epoch, share, at: now)
        if isFirst { earlier += running[cell]?.first?.fraction ?? 0 }
    }

    /// Takes in what happened at the time `now`.
    public mutating func apply(_ event: SweepEvent, at now: Double) {
        switch event {
        case .planned(let name, let cells, let done, _, _, _, _):
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
            advance(cell, to: epoch, steps > 0 ? Double(step) / Double(steps) : 0, at: now)
            running[cell]?.loss = loss.isNaN ? nil : loss
            running[cell]?.imagesPerSecond = speed.isNaN ? nil : speed
        case .epoch(let cell, let epoch, let loss, let validation, let speed):
            advance(cell, to: epoch, 1, at: now)
            running[cell]?.loss = loss.isNaN ? nil : loss
            if let validation { running[cell]?.validation = validation }
            running[cell]?.imagesPerSecond = speed.isNaN ? nil : speed
        case .cellFinished(let cell, _, _, _), .cellFinishedElsewhere(let cell, _),
            .cellGivenUp(let cell):
            running[cell] = nil
            paused.remove(cell)
            finished += 1
        case .cellFailed(let cell, _):
            running[cell] = nil
            failed += 1
        case .cellInterrupted(let cell), .cellReleased(let cell, _):
            earlier -= running[cell]?.first?.fraction ?? 0
            running[cell] = nil
        case .cellPaused(let cell, _, _, _):
            running[cell] = nil
            paused.insert(cell)
        case .note:
            break
        }
    }
}
