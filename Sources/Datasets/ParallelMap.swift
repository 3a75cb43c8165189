import Dispatch
import Foundation

/// Runs `body` for `0..<count` on all cores and returns the results in order.
func parallelMap<Element: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Element
) -> [Element] {
    let results = ResultSlots<Element>(count)
    DispatchQueue.concurrentPerform(iterations: count) { index in
        results.put(body(index), at: index)
    }
    return results.all
}

/// Slots filled from several threads.
private final class ResultSlots<Element: Sendable>: @unchecked Sendable {
    private var slots: [Element?]
    private let lock = NSLock()

    init(_ count: Int) { slots = Array(repeating: nil, count: count) }

    func put(_ element: Element, at index: Int) {
        lock.withLock { slots[index] = element }
    }

    var all: [Element] { lock.withLock { slots.compactMap { $0 } } }
}

/// A number counted up from several threads.
final class SharedCounter: @unchecked Sendable {
    private var value = 0
    private let lock = NSLock()

    /// Adds one and returns the new number.
    func advance() -> Int {
        lock.withLock {
            value += 1
            return value
        }
    }
}
