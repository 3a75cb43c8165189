import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much memory a pool has asked the system for, and how often.
public struct BufferStatistics: Sendable, Equatable {
    /// Requests that the pool had to pass on to the system.
    public var systemAllocations = 0
    /// Bytes that the pool holds, in use or free.
    public var bytesHeld = 0
    /// Bytes in use now.
    public var bytesInUse = 0
    /// The most bytes that were ever in use at once.
    public var peakBytesInUse = 0
}

/// Recycles large float buffers, so that a training step whose sizes repeat allocates nothing.
///
/// A freed buffer waits in a list sorted by capacity; a request takes the smallest one that fits
/// and wastes at most a quarter. A thrifty pool gives free buffers back to the system before it holds more
/// than was ever in use. Safe to use from any thread.
final class BufferPool: Sendable {
    /// A stretch of memory, owned by whoever holds it.
    struct Memory: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
        /// Bytes.
        let capacity: Int
    }

    private struct State: ~Copyable {
        var free: [Memory] = []
        var statistics = BufferStatistics()
        var isThrifty = false

        /// Gives the largest free buffers back until what is held and `bytes` more are no more than what
        /// was in use at once, or will be.
        mutating func makeRoom(for bytes: Int) {
            let most = max(statistics.peakBytesInUse, statistics.bytesInUse + bytes)
            while statistics.bytesHeld + bytes > most, let buffer = free.popLast() {
                BufferPool.release(buffer, &statistics)
            }
        }
    }

    /// Buffers start on a cache line and a vector.
    static let alignment = 64
    /// Bytes of a huge page.
    private static let hugePage = 2 << 20
    /// Capacities are multiples of this, so that nearly equal requests share a buffer.
    private static let granule = 4096

    private let state = Mutex(State())

    var statistics: BufferStatistics { state.withLock { $0.statistics } }

    /// From now on holds little: for work whose sizes come and go within a step.
    func becomeThrifty() { state.withLock { $0.isThrifty = true } }

    /// Uninitialised memory for at least `bytes` bytes.
    func take(bytes: Int) -> Memory {
        let wanted =
            max(1, (bytes + BufferPool.granule - 1) / BufferPool.granule)
            * BufferPool.granule
        return state.withLock { state in
            let found = BufferPool.firstFit(state.free, wanted)
            let memory: Memory
            if found < state.free.count, state.free[found].capacity <= wanted + wanted / 4 {
                memory = state.free.remove(at: found)
            } else {
                if state.isThrifty { state.makeRoom(for: wanted) }
                memory = Memory(pointer: BufferPool.allocate(wanted), capacity: wanted)
                state.statistics.systemAllocations += 1
                state.statistics.bytesHeld += wanted
            }
            state.statistics.bytesInUse += memory.capacity
            state.statistics.peakBytesInUse = max(
                state.statistics.peakBytesInUse, state.statistics.bytesInUse)
            return memory
        }
    }

    /// Gives memory back for the next request.
    func recycle(_ memory: Memory) {
        state.withLock { state in
            state.statistics.bytesInUse -= memory.capacity
            let position = BufferPool.firstFit(state.free, memory.capacity)
            state.free.insert(memory, at: position)
        }
    }

    /// Gives every free buffer back to the system.
    func trim() {
        state.withLock { state in
            for buffer in state.free { BufferPool.release(buffer, &state.statistics) }
            state.free.removeAll()
        }
    }

    deinit { trim() }

    private static func release(_ memory: Memory, _ statistics: inout BufferStatistics) {
        free(memory.pointer)
        statistics.bytesHeld -= memory.capacity
    }

    /// Where in the sorted list the first buffer of at least `bytes` stands.
    private static func firstFit(_ free: [Memory], _ bytes: Int) -> Int {
        var low = 0
        var high = free.count
        while low < high {
            let middle = (low + high) / 2
            if free[middle].capacity < bytes { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Large buffers ask for huge pages: convolutions over them lose several percent to page
    /// tables otherwise.
    private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        let isLarge = bytes >= hugePage
        var memory: UnsafeMutableRawPointer?
        let status = posix_memalign(&memory, isLarge ? hugePage : alignment, bytes)
        guard status == 0, let memory else {
            preconditionFailure("out of memory: no \(bytes) bytes for a tensor")
        }
        #if os(Linux)
            if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
        #endif
        return memory
    }
}

/// Memory of one tensor; goes back to its pool when the last tensor that shares it is gone.
final class Buffer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    private let memory: BufferPool.Memory
    private let pool: BufferPool

    init(count: Int, pool: BufferPool) {
        memory = pool.take(bytes: count * MemoryLayout<Float>.stride)
        pointer = memory.pointer.bindMemory(
            to: Float.self, capacity: memory.capacity / MemoryLayout<Float>.stride)
        self.pool = pool
    }

    deinit { pool.recycle(memory) }
}
