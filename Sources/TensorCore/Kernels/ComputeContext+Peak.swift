internal import CKernels

extension ComputeContext {
    /// Multiplies and adds in registers on all threads, as fast as the CPU level can: the peak
    /// that kernels are measured against.
    ///
    /// - Parameter rounds: how long; a million take about 12 ms.
    /// - Returns: the floating-point operations done.
    public func burnOperations(rounds: Int) -> Double {
        kernels.pointee.peak?(pool, Int64(rounds)) ?? 0
    }

    /// Nanoseconds that a cache line takes from one thread to another and back: below about 150
    /// where their processors share a last-level cache. 0 with one thread.
    public func threadDistance() -> Double { lb_pool_distance(pool) }
}
