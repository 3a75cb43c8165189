import Foundation
import RunStore

/// Measures what this process does from one epoch to the next.
struct LoadMeter {
    private var time = ContinuousClock.now
    private var processor = Self.processorSeconds

    /// What happened since the last call, or since it was made.
    mutating func load(ofEpoch epoch: Int) -> MachineLoad {
        let now = ContinuousClock.now, busy = Self.processorSeconds
        let seconds = time.duration(to: now) / .seconds(1)
        defer { (time, processor) = (now, busy) }
        return MachineLoad(
            epoch: epoch, processors: seconds > 0 ? (busy - processor) / seconds : nil,
            memory: Machine.usedMemory)
    }

    /// Processor time that all threads of this process have used, seconds.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
