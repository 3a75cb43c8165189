import Foundation
package import RunStore

/// Renews a run's lease in the background and shows how far the run is.
package final class Heartbeat: @unchecked Sendable {
    private let lease: RunLease
    private let lock = NSLock()
    private let timer: any DispatchSourceTimer
    private var latest: RunProgress?
    private var lost: (any Error)?

    /// Seconds between two renewals; far below the lease's lifetime.
    static let interval = 3.0

    /// Begins to renew the lease.
    package init(_ lease: RunLease) {
        self.lease = lease
        timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
        timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
        timer.setEventHandler { [weak self] in self?.beat() }
        timer.resume()
    }

    /// The progress that the next beat shows.
    func update(_ progress: RunProgress) { lock.withLock { latest = progress } }

    /// Why the lease cannot be renewed any more, if so.
    package var failure: (any Error)? { lock.withLock { lost } }

    /// Ends the renewals.
    package func stop() { timer.cancel() }

    private func beat() {
        do {
            try lease.ensureSame()
            try lease.heartbeat(lock.withLock { latest })
        } catch {
            lock.withLock { lost = error }
            timer.cancel()
        }
    }
}
