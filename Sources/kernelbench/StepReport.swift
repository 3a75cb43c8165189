internal import Foundation
internal import TensorCore

/// What `step` prints: a median for people, JSON lines for `benchmarks/compare.py`.
enum StepReport {
    /// Median and range of some times, in seconds, and the memory taken.
    static func print(_ times: [Double], _ context: ComputeContext) {
        let sorted = times.sorted()
        let distance = context.threadDistance()
        Swift.print(
            String(
                format:
                    "%.1f ms (%.1f–%.1f), buffers %.0f MiB, resident %.0f MiB",
                sorted[sorted.count / 2] * 1e3, sorted[0] * 1e3, sorted[sorted.count - 1] * 1e3,
                Double(context.bufferStatistics.peakBytesInUse) / 1_048_576,
                Double(peakResidentBytes()) / 1_048_576)
                + (distance > 0 ? String(format: ", threads %.0f ns apart", distance) : ""))
    }

    /// Warmed up; the first request may come.
    static func ready(_ context: ComputeContext) {
        Swift.print(#"{"ready": true, "cpu": "\#(context.cpu.rawValue)"}"#)
        fflush(nil)
    }

    /// The answer to one request, with how far apart the threads' processors are right after it.
    static func answer(_ seconds: Double, _ context: ComputeContext) {
        Swift.print(
            #"{"seconds": \#(seconds), "peak_bytes": \#(peakResidentBytes()), "#
                + #""distance": \#(context.threadDistance())}"#)
        fflush(nil)
    }

    /// The most memory that this process ever had resident, bytes.
    private static func peakResidentBytes() -> Int {
        var usage = rusage()
        #if os(Linux)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return Int(usage.ru_maxrss) * 1024
        #else
            getrusage(RUSAGE_SELF, &usage)
            return Int(usage.ru_maxrss)
        #endif
    }
}
