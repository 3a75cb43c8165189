internal import Console
public import Foundation

/// The user's wish to stop, as Ctrl-C or a polite kill expresses it.
///
/// The first signal asks: the step under way ends, the run is saved. The second stops at once,
/// which is safe because every write to the store and every checkpoint is all or nothing.
public final class StopSignal: @unchecked Sendable {
    private let lock = NSLock()
    private var asked = 0
    private var children: Set<Int32> = []

    /// A signal that nobody sends; tests and embedding programs call `ask`.
    public init() {}

    /// Whether to stop after the current step.
    public var isAsked: Bool { lock.withLock { asked > 0 } }

    /// Asks to stop; returns how often that was asked.
    @discardableResult
    public func ask() -> Int {
        lock.withLock {
            asked += 1
            return asked
        }
    }

    /// Forgets every wish.
    func reset() { lock.withLock { asked = 0 } }

    /// Makes a process end at the second wish, too, and stop at Ctrl-Z.
    func adopt(_ process: Int32) {
        lock.withLock { _ = children.insert(process) }
        JobControl.adopt(process)
    }

    /// Forgets a process that has ended.
    func disown(_ process: Int32) {
        lock.withLock { _ = children.remove(process) }
        JobControl.disown(process)
    }

    /// Ends the adopted processes at once.
    public func killChildren() {
        lock.withLock { for process in children { kill(process, SIGKILL) } }
    }

    /// Listens to signals of this process; SIGHUP that whoever started it had it ignore, as `nohup`
    /// does, stays ignored.
    ///
    /// - Parameter onAsk: called at each signal with how often it came, on a background thread.
    public func listen(
        to signals: [Int32] = [SIGINT, SIGTERM, SIGHUP],
        onAsk: @escaping @Sendable (Int) -> Void
    ) {
        for number in signals where number != SIGHUP || !sigaction.now(number).isIgnoring {
            SignalRelay.listen(to: number) { [weak self] in
                if let self { onAsk(ask()) }
            }
        }
    }
}
