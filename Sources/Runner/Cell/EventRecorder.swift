import Domain
import RunStore
import Training

/// Passes what a run tells on to the store (one transaction an epoch), to the lease and to people.
final class EventRecorder {
    private let cell: Int
    private let lease: RunLease
    private let heartbeat: Heartbeat
    /// Name of the validation figure by which the run is judged; nil where it is none.
    private let judging: String?
    private var lastEpoch = 0
    private var validationDice: Double?
    /// The latest speed that a step told, of the run so far: beside it that of one epoch jumps.
    private var speedOfRun: Double?
    private var log = RunLog()
    /// Nil where a program trains: what that does, this process does not know.
    private var meter: LoadMeter?

    init(
        cell: Int, objective: RunObjective, lease: RunLease, heartbeat: Heartbeat, meter: LoadMeter?
    ) {
        self.cell = cell
        judging = objective.split == SplitPart.validation.rawValue ? objective.name : nil
        self.lease = lease
        self.heartbeat = heartbeat
        self.meter = meter
    }

    /// Whether the epoch is done; false for nil.
    func hasReached(_ epoch: Int?) -> Bool {
        guard let epoch else { return false }
        return lastEpoch >= epoch
    }

    /// The last lines of the run's log, for the record of a failure.
    var lastLines: String { log.text }

    func record(_ event: TrainingEvent, observe: (SweepEvent) -> Void) throws {
        log.add(event)
        switch event {
        case .started(_, _, let epoch, _):
            lastEpoch = epoch - 1
            if meter != nil { meter = LoadMeter() }
            // Points after the checkpoint belong to a part that is trained again.
            try lease.rewind(toEpoch: epoch - 1)
        case .step(let epoch, let step, let steps, let loss, let speed):
            if !speed.isNaN { speedOfRun = speed }
            heartbeat.update(
                RunProgress(
                    epoch: epoch, step: step, steps: steps, loss: loss,
                    validationDice: validationDice, imagesPerSecond: speed))
            observe(
                .step(
                    cell: cell, epoch: epoch, step: step, steps: steps, loss: loss,
                    imagesPerSecond: speed))
        case .epoch(let report):
            // The lease has a column for this metric, whatever the objective is.
            validationDice =
                report.validation[RunObjective.validationDice.name] ?? validationDice
            let progress = RunProgress(
                epoch: report.epoch, step: 0, steps: 0, loss: report.trainLoss,
                validationDice: validationDice,
                imagesPerSecond: speedOfRun ?? report.imagesPerSecond)
            try lease.log(
                report.points, load: meter?.load(ofEpoch: report.epoch), progress: progress)
            lastEpoch = report.epoch
            observe(
                .epoch(
                    cell: cell, epoch: report.epoch, loss: report.trainLoss,
                    validation: judging.flatMap { name in
                        report.validation[name].map { JudgedFigure(name, $0) }
                    },
                    imagesPerSecond: report.imagesPerSecond))
        case .saving:
            // A worker that lost its run while it was asleep writes over nobody's checkpoint.
            try lease.heartbeat()
            try lease.flush()
        case .note(let level, let message):
            try lease.record(
                EventRecord(level: level == .warning ? .warning : .info, message: message))
            if level == .warning { observe(.note(message)) }
        }
    }
}
