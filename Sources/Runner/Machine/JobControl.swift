import Console
import Foundation

/// Ctrl-Z for this process and its workers.
///
/// Workers have process groups of their own, so the terminal stops this process alone. Here it
/// stops them first, then itself, and continues them when it is continued. Their leases end
/// meanwhile as those of any silent worker: what another sweep has taken by then is its, and what
/// nobody has taken goes on.
enum JobControl {
    /// Stops and continues a process with this one.
    static func adopt(_ process: Int32) {
        lock.withLock { if let place = place(of: 0) { workers[place] = process } }
    }

    /// Forgets a process that has ended.
    static func disown(_ process: Int32) {
        lock.withLock { if let place = place(of: process) { workers[place] = 0 } }
    }

    /// Begins to listen, unless whoever started this process has it ignore Ctrl-Z.
    static func listen() {
        // Made here, not in the handler.
        lock.withLock { _ = workers[0] }
        var action = sigaction.now(SIGTSTP)
        guard action.handler == nil else { return }
        action.handler = stopTogether
        action.sa_flags = SA_RESTART
        sigaction(SIGTSTP, &action, nil)
    }

    private static let lock = NSLock()

    private static func place(of process: Int32) -> Int? {
        (0..<limit).first { workers[$0] == process }
    }
}

/// More workers than a machine has processors for.
private let limit = 1024

/// The workers, 0 where there is none. A handler of signals may touch nothing but plain memory.
private nonisolated(unsafe) let workers: UnsafeMutablePointer<Int32> = {
    let places = UnsafeMutablePointer<Int32>.allocate(capacity: limit)
    places.initialize(repeating: 0, count: limit)
    return places
}()

private func stopTogether(_ number: Int32) {
    let code = errno
    tellWorkers(SIGSTOP)
    // The signal's usual effect, in this thread: it comes back when somebody continues the process,
    // or at once where nobody could.
    var usual = sigaction()
    var own = sigaction()
    sigaction(number, &usual, &own)
    var signals = sigset_t()
    var blocked = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, &blocked)
    raise(number)
    pthread_sigmask(SIG_SETMASK, &blocked, nil)
    sigaction(number, &own, nil)
    tellWorkers(SIGCONT)
    errno = code
}

private func tellWorkers(_ number: Int32) {
    for index in 0..<limit where workers[index] > 0 { kill(workers[index], number) }
}
