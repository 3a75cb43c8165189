import Foundation
import Runner

/// How a task is told to save and end: by the time limit's signal or by any other.
public final class TaskStop: @unchecked Sendable {
    /// Why it stops.
    public enum Reason: Sendable {
        /// Its time is nearly over; it may go on later.
        case limit
        /// Somebody wants it to end.
        case request
    }

    private let lock = NSLock()
    private var first: Reason?
    /// What training listens to.
    let signal = StopSignal()

    /// A stop that nobody has asked for.
    public init() {}

    /// The first reason that came; nil while there is none.
    public var reason: Reason? { lock.withLock { first } }

    /// Asks to save and end. Asking again changes nothing: a scheduler that loses patience kills.
    public func ask(_ reason: Reason) {
        lock.withLock { first = first ?? reason }
        signal.ask()
    }

    /// Listens to USR1, the time limit, and to the signals that ask programs to end.
    public func listen() {
        signal.listen(to: [SIGUSR1]) { [self] _ in ask(.limit) }
        signal.listen(to: [SIGTERM, SIGINT, SIGHUP]) { [self] _ in ask(.request) }
    }
}
