import Foundation

/// What this process does with signals while a pager has the terminal: Ctrl-C is the pager's; a
/// request to end goes to the pager first, so that it can leave the terminal in order.
final class PagerSignals: @unchecked Sendable {
    /// The signals that are looked after; the pager itself gets them as they are by default.
    static let all = [SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGHUP]

    private let lock = NSLock()
    private var before: [(number: Int32, action: sigaction)] = []
    private var sources: [any DispatchSourceSignal] = []
    private var asked: Int32?

    init() {
        for number in Self.all {
            var ignore = sigaction()
            ignore.__sigaction_handler.sa_handler = SIG_IGN
            var old = sigaction()
            sigaction(number, &ignore, &old)
            before.append((number, old))
        }
    }

    /// Passes requests to end on to the pager from now on.
    func forward(to process: pid_t) {
        for number in [SIGTERM, SIGHUP] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                lock.withLock { asked = number }
                kill(process, number)
            }
            source.resume()
            sources.append(source)
        }
    }

    /// Signals are as before; one that came meanwhile has its effect now.
    func leave() {
        sources.forEach { $0.cancel() }
        sources = []
        for (number, action) in before {
            var action = action
            sigaction(number, &action, nil)
        }
        if let number = lock.withLock({ asked }) { kill(getpid(), number) }
    }
}
