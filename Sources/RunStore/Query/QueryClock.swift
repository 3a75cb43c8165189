internal import Foundation
internal import Synchronization

/// How long a query may work. Time that its reader takes to print a row does not count.
final class QueryClock: Sendable {
    private struct State {
        var deadline: DispatchTime?
        var pauseBegan: DispatchTime?
    }

    private let state = Mutex(State())

    /// Starts the clock; nil lets the query work for ever.
    func start(_ seconds: Double?) {
        // A year is as good as any longer time, and cannot overflow.
        let deadline = seconds.map { DispatchTime.now() + min(max(0, $0), 31_536_000) }
        state.withLock { $0 = State(deadline: deadline) }
    }

    /// Runs `body` without its time counting.
    func pausing<Value>(_ body: () throws -> Value) rethrows -> Value {
        state.withLock { $0.pauseBegan = $0.deadline == nil ? nil : .now() }
        defer {
            state.withLock { state in
                if let began = state.pauseBegan, let deadline = state.deadline {
                    let pause = DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds
                    state.deadline = deadline + .nanoseconds(Int(pause))
                }
                state.pauseBegan = nil
            }
        }
        return try body()
    }

    /// Whether the time has been up for this many seconds.
    func isOver(by seconds: Double = 0) -> Bool {
        state.withLock { state in
            guard let deadline = state.deadline, state.pauseBegan == nil else { return false }
            return DispatchTime.now() >= deadline + seconds
        }
    }

    /// Calls `action` from another thread, once, when the query still works a second after its time
    /// was up: one call of a function of SQLite's, such as replace() of a long text, cannot be
    /// stopped. The caller cancels the timer.
    func whenOverdue(_ action: @escaping @Sendable () -> Void) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInitiated))
        timer.schedule(deadline: .now() + 1, repeating: 0.25)
        timer.setEventHandler { [self] in
            guard isOver(by: 1) else { return }
            state.withLock { $0.deadline = nil }
            action()
        }
        timer.resume()
        return timer
    }
}
