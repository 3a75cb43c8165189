import Foundation
import Processes
import Synchronization

/// Signals of this process, told on a thread of their own as they come.
///
/// From the moment that `listen` returns none is lost. (A source of events that a library registers on
/// a thread of its own is there some time later, and the signal has to be ignored until then.)
public enum SignalRelay {
    private static let listeners = Mutex<[Int32: [@Sendable () -> Void]]>([:])

    /// Has `tell` called at each signal of that number, instead of its usual effect.
    public static func listen(to number: Int32, _ tell: @escaping @Sendable () -> Void) {
        guard isReading else { return }
        listeners.withLock { $0[number, default: []].append(tell) }
        var action = sigaction()
        action.handler = pass
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }

    /// Whether there is a thread that tells; false where the system gives no pipe, and signals keep
    /// their usual effect.
    private static let isReading: Bool = {
        guard let ends = PipeEnds() else { return false }
        _ = fcntl(ends.output, F_SETFL, fcntl(ends.output, F_GETFL) | O_NONBLOCK)
        relay = ends.output
        Thread.detachNewThread {
            var number: UInt8 = 0
            while true {
                let count = read(ends.input, &number, 1)
                if count == 1 {
                    for tell in listeners.withLock({ $0[Int32(number)] ?? [] }) { tell() }
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
        return true
    }()
}

/// Where the handler writes the numbers of signals.
private nonisolated(unsafe) var relay: Int32 = -1

private func pass(_ number: Int32) { note(number, in: relay) }

/// Writes a signal's number where somebody waits for it, for handlers of signals: these may touch nothing
/// but plain memory and write.
func note(_ number: Int32, in descriptor: Int32) {
    let code = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(descriptor, &byte, 1)
    errno = code
}
