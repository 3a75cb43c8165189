import Foundation

/// What this process does with signals while a pager has the terminal: Ctrl-C is the pager's; a
/// request to end goes to the pager first, so that it can leave the terminal in order.
struct PagerSignals {
    /// The signals that are looked after; the pager itself gets them as they are by default.
    static let all = [SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGHUP]

    private var before: [(number: Int32, action: sigaction)] = []

    init() {
        forwarding = (pager: 0, asked: 0)
        for number in Self.all {
            var action = sigaction()
            action.handler =
                number == SIGTERM || number == SIGHUP ? passOn : SIG_IGN
            var old = sigaction()
            sigaction(number, &action, &old)
            before.append((number, old))
        }
    }

    /// Passes requests to end on to the pager from now on; one that has come already, too.
    func forward(to process: pid_t) {
        forwarding.pager = process
        if forwarding.asked != 0 { kill(process, forwarding.asked) }
    }

    /// Signals are as before; one that came meanwhile has its effect now.
    func leave() {
        forwarding.pager = 0
        for (number, action) in before {
            var action = action
            sigaction(number, &action, nil)
        }
        if forwarding.asked != 0 { kill(getpid(), forwarding.asked) }
    }
}

/// The pager, and the signal that asked this process to end; 0 for none. A handler of signals may
/// touch nothing but plain memory, and there is one terminal, so it is here.
private nonisolated(unsafe) var forwarding: (pager: pid_t, asked: Int32) = (0, 0)

private func passOn(_ number: Int32) {
    forwarding.asked = number
    if forwarding.pager > 0 { kill(forwarding.pager, number) }
}
