internal import Foundation

/// How long the workers of this machine have been silent, by this process's own clock.
///
/// Leases end by the time of day, and two processes may not agree on that: a clock that is ahead
/// must not take runs from workers that are alive. A worker that is seen alive loses its run only
/// when nothing was heard of it for the lease's lifetime while somebody watched.
final class LeaseWatch: Sendable {
    private struct Sight {
        var owner: String, heartbeat: Double
        var since: ContinuousClock.Instant
    }

    private final class Sights: @unchecked Sendable {
        let lock = NSLock()
        var byRun: [RunID: Sight] = [:]
    }

    private let sights = Sights()

    /// Seconds since the last renewal of the run's lease was first seen here; 0 at the first look.
    func silence(of run: RunID, owner: String, heartbeat: Double) -> Double {
        sights.lock.withLock {
            if let sight = sights.byRun[run], sight.owner == owner, sight.heartbeat == heartbeat {
                return sight.since.duration(to: .now) / .seconds(1)
            }
            sights.byRun[run] = Sight(owner: owner, heartbeat: heartbeat, since: .now)
            return 0
        }
    }
}
