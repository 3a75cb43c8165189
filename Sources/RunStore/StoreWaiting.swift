internal import Foundation

/// Says once in a process that it waits for others who have the store.
public enum StoreWaiting {
    private final class State: @unchecked Sendable {
        let lock = NSLock()
        var say: (@Sendable (_ path: String) -> Void)?
    }

    private static let state = State()

    /// Has `say` told, with the store's path, when others have been waited for some seconds; once.
    public static func tell(_ say: @escaping @Sendable (_ path: String) -> Void) {
        state.lock.withLock { state.say = say }
    }

    static func begin(_ path: String) {
        let say = state.lock.withLock {
            defer { state.say = nil }
            return state.say
        }
        say?(path)
    }
}
