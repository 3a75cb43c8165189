import Foundation

/// What a process takes over from the one that started it.
public enum InheritedSignals {
    /// Ctrl-\ ends the program at once, as it does any other: Swift's runtime takes it for a crash and
    /// asks for half a minute what to do.
    public static func leaveQuitAlone() {
        if !sigaction.now(SIGQUIT).isIgnoring { signal(SIGQUIT, SIG_DFL) }
    }

    /// Lets every signal through again. Whoever started this process may have blocked them, as
    /// queues of worker threads do: then Ctrl-C and a request to end would never arrive.
    public static func unblock() {
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }
}
