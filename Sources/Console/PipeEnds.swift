import Foundation

/// A pipe whose ends no child inherits by accident.
struct PipeEnds {
    let input: Int32
    let output: Int32

    /// A new pipe; nil where the system gives none.
    init?(isBlocking: Bool = true) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            if !isBlocking { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        }
        input = ends[0]
        output = ends[1]
    }

    func close() {
        _ = Foundation.close(input)
        _ = Foundation.close(output)
    }
}
