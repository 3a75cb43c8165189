import Foundation

/// A queue between threads.
final class Inbox<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var elements: [Element] = []
    private var isClosed = false

    func put(_ element: Element) {
        condition.lock()
        elements.append(element)
        condition.signal()
        condition.unlock()
    }

    /// Nothing more will be put in.
    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }

    /// Waits for the next element; nil when the inbox is closed and empty, or `seconds` are over.
    func next(within seconds: Double = .infinity) -> Element? {
        condition.lock()
        defer { condition.unlock() }
        // The condition traps on a date as far off as `distantFuture`.
        let deadline = seconds.isFinite ? Date().addingTimeInterval(seconds) : nil
        while elements.isEmpty, !isClosed {
            guard let deadline else {
                condition.wait()
                continue
            }
            if !condition.wait(until: deadline) { break }
        }
        return elements.isEmpty ? nil : elements.removeFirst()
    }
}
