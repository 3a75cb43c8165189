internal import CKernels

/// Where tensors live and operations run: a pool of threads, a pool of buffers and the kernels
/// of one CPU level.
///
/// Safe to share between threads, but operations of one context run one after the other.
/// Results do not depend on `threads`: every kernel cuts its work by shape alone.
public final class ComputeContext: @unchecked Sendable {
    /// Worker threads, the caller included.
    public let threads: Int
    /// The instruction set in use.
    public let cpu: CPULevel

    let pool: OpaquePointer
    let kernels: UnsafePointer<lb_kernels>
    let buffers = BufferPool()
    private var scratch: Buffer?
    private var scratchBytes = 0

    /// A context of `threads` threads (at least one). `cpu` nil takes the level that
    /// `LIGHTBOX_CPU` asks for, else the best; a level that the machine cannot run is lowered to
    /// one that it can.
    public init(threads: Int, cpu: CPULevel? = nil) {
        guard let pool = lb_pool_create(Int32(max(1, threads))),
            let kernels = lb_kernels_for((cpu ?? (try? .requested()) ?? .best).kernelLevel)
        else { preconditionFailure("out of memory: no thread pool") }
        self.pool = pool
        self.kernels = kernels
        self.threads = Int(lb_pool_threads(pool))
        self.cpu = CPULevel(kernels.pointee.cpu)
    }

    deinit { lb_pool_destroy(pool) }

    /// How much memory the tensors of this context take, and how often the system was asked.
    public var bufferStatistics: BufferStatistics { buffers.statistics }

    /// Gives buffers that nothing uses back to the system.
    public func trim() { buffers.trim() }

    var elementwise: lb_elementwise_kernels { kernels.pointee.elementwise }
    var convolution: lb_conv_kernels { kernels.pointee.conv }

    /// Runs `piece` for `0 ..< count` on the threads of the context, several at once; returns when all
    /// are done. What they write must not overlap.
    func runPieces(_ count: Int, _ piece: (Int) -> Void) {
        withoutActuallyEscaping(piece) { piece in
            withUnsafePointer(to: piece) { argument in
                lb_pool_run(
                    pool, Int32(count),
                    { argument, index, _ in
                        argument?.assumingMemoryBound(to: ((Int) -> Void).self)
                            .pointee(Int(index))
                    }, UnsafeMutableRawPointer(mutating: argument))
            }
        }
    }

    /// Scratch memory for one kernel call, of at least `bytes` bytes; the next call reuses it.
    func workspace(bytes: Int) -> UnsafeMutableRawPointer {
        if let scratch, scratchBytes >= bytes { return UnsafeMutableRawPointer(scratch.pointer) }
        scratch = nil
        let buffer = Buffer(count: (bytes + 3) / 4, pool: buffers)
        scratch = buffer
        scratchBytes = bytes
        return UnsafeMutableRawPointer(buffer.pointer)
    }
}
