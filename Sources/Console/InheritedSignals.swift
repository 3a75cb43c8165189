import Foundation

/// What a process takes over from the one that started it.
public enum InheritedSignals {
    /// Lets every signal through again. Whoever started this process may have blocked them, as
    /// queues of worker threads do: then Ctrl-C and a request to end would never arrive.
    public static func unblock() {
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }
}
