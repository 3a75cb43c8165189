internal import Foundation

/// The two ends of a pipe, which programs that are started do not get.
public struct PipeEnds: Sendable {
    /// What was written can be read here, and what is written here can be read there.
    public let input: Int32, output: Int32

    /// A new pipe; nil where the system gives none, which `errno` explains.
    public init?(isBlocking: Bool = true) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            if !isBlocking { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        }
        input = ends[0]
        output = ends[1]
    }

    /// Closes both ends.
    public func close() {
        _ = Foundation.close(input)
        _ = Foundation.close(output)
    }
}
